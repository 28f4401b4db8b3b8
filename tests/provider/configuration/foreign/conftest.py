"""Exports of other providers, as they wrote them."""

import json
from pathlib import Path
from typing import Any

EXPORTS = Path(__file__).parent / "exports"


def exported(name: str) -> Any:
    """Return an export as a JSON value."""
    return json.loads((EXPORTS / name).read_text())


def noted(lines: str, name: str) -> list[str]:
    """Return what is said of one thing: ``client shop``."""
    return [line.removeprefix(f"{name}: ") for line in lines.splitlines() if line.startswith(f"{name}: ")]
