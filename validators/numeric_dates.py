"""Times in JWTs (RFC 7519 §2)."""

LATEST = 2**53


def numeric_date(value: object) -> float | None:
    """Return a NumericDate, in seconds; ``None`` for what is none."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value < LATEST else None  # type: ignore[arg-type, operator]
