"""Client secrets that the provider must compute with: sealed, not digested (OpenID Connect Core §16.19)."""

from keys.errors import BadSeal
from keys.sealed import Sealer
from validators.client import Client

PURPOSE = "client-secret"


class ReadableSecrets:
    """Seals and opens them.

    Args:
        sealer: of the purpose ``PURPOSE``.
    """

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def seal(self, secret: str) -> bytes:
        """Return what to store."""
        return self._sealer.seal(secret.encode())

    def open(self, sealed: bytes) -> str:
        """Return the secret.

        Raises:
            BadSeal: it was not sealed here.
        """
        return self._sealer.open(sealed).decode()

    def of(self, client: Client) -> bytes:
        """Return the secret of ``client`` as a key; empty, which no algorithm takes, where there is none."""
        if client.sealed_secret is None:
            return b""
        try:
            return self._sealer.open(client.sealed_secret)
        except BadSeal:
            return b""
