"""The signature of page cookies and form tokens, with the time it was made at."""

from datetime import datetime

from itsdangerous import SignatureExpired, TimestampSigner


class PageSigner(TimestampSigner):
    """One of a node whose clock is ahead of this one's counts as made just now."""

    def unsign(  # type: ignore[override]
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> bytes | tuple[bytes, datetime]:
        """Return what was signed.

        Args:
            signed_value: the value with its signature.
            max_age: how old it may be, in seconds.
            return_timestamp: whether the time of the signature is wanted too.

        Raises:
            SignatureExpired: it is older.
            BadSignature: it is not genuine.
        """
        value, signed_at = super().unsign(signed_value, return_timestamp=True)
        age = self.get_timestamp() - int(signed_at.timestamp())
        if max_age is not None and age > max_age:
            raise SignatureExpired(f"Signature age {age} > {max_age} seconds", value, signed_at)
        return (value, signed_at) if return_timestamp else value
