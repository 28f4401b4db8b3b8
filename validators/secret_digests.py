"""What is random and secret: made here, stored as a digest, compared in constant time."""

import hmac
import secrets

CLIENT_SECRET = "client_secret"  # noqa: S105 - a kind of digest, not a secret


def new_secret() -> str:
    """Return 256 random bits as 43 characters of base64url."""
    return secrets.token_urlsafe(32)


class SecretDigests:
    """HMAC-SHA-256 under a derived key: a stolen database alone verifies no guess.

    Args:
        key: 32 random bytes, kept sealed in the database so that master keys can come and go.
    """

    def __init__(self, key: bytes) -> None:
        self._keyed = hmac.new(key, digestmod="sha256")  # copied for each digest: the key is set up once

    def digest(self, kind: str, secret: str) -> bytes:
        """Return the 32 bytes to store for ``secret``; digests of different kinds never match."""
        keyed = self._keyed.copy()
        keyed.update(kind.encode() + b"\0" + secret.encode())
        return keyed.digest()

    def matches(self, kind: str, secret: str, digest: bytes | None) -> bool:
        """Whether ``secret`` is the one behind ``digest``; ``None`` costs the same and is never matched."""
        expected = self.digest(kind, secret)
        return hmac.compare_digest(expected, digest or bytes(32)) and digest is not None
