"""base64url without padding, read strictly (RFC 7515 appendix C, RFC 4648 §3.5)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

_PADDING = ("", "===", "==", "=")  # by length modulo 4; one character over is refused by the comparison


def encode(data: bytes) -> str:
    """Return ``data`` as base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes behind ``text``, of which there is only one spelling.

    Raises:
        ValueError: a foreign character, padding, or padding bits that are not zero.
    """
    data = urlsafe_b64decode(text + _PADDING[len(text) % 4])
    if encode(data) != text:
        raise ValueError("not canonical base64url")
    return data
