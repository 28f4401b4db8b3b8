"""The cache of clients, counted."""

from typing import Any

from provider.metrics.meters import Meters
from validators.client import Client
from validators.clients import ClientRegistry


class CountedClientRegistry(ClientRegistry):
    """A registry that tells how often it is asked, and how often it has to read."""

    def __init__(self, *arguments: Any, meters: Meters) -> None:
        super().__init__(*arguments)
        self._meters = meters

    def get(self, client_id: str) -> Client | None:
        """See ``ClientRegistry``."""
        self._meters.count_lookup()
        return super().get(client_id)

    def _read(self, client_id: str) -> Client | None:
        self._meters.count_read()
        return super()._read(client_id)
