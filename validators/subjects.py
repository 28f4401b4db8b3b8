"""People as clients know them: ``sub``, public or pairwise (OpenID Connect Core §8)."""

import hmac
from collections.abc import Callable

from keys import base64url
from validators.client import Client


class Subjects:
    """Makes every ``sub`` that leaves the provider; no local identifier can be told from a pairwise one.

    Args:
        salt: returns 32 secret bytes, the same for as long as the provider lives; asked at first need.
    """

    def __init__(self, salt: Callable[[], bytes]) -> None:
        self._read_salt = salt
        self._salt: bytes | None = None

    def of(self, client: Client, user_id: str) -> str:
        """Return the ``sub`` by which ``client`` knows a person.

        Raises:
            StoreUnavailable: the salt was never read yet, and the database cannot be reached.
        """
        return self.in_sector(client.sector_identifier, user_id)

    def in_sector(self, sector: str | None, user_id: str) -> str:
        """Return the ``sub`` of a person among the clients of ``sector``; ``None``: the public one.

        Raises:
            StoreUnavailable: as above.
        """
        if sector is None:
            return user_id
        salt = self._salt
        if salt is None:
            salt = self._salt = self._read_salt()
        return base64url.encode(hmac.digest(salt, f"{sector}\0{user_id}".encode(), "sha256"))
