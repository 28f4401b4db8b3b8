"""The public keys of clients, registered with them or published at an address (RFC 7591 §2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from validators.client import Client
from validators.jwk_sets import JwkSets


class ClientKeys:
    """Finds them."""

    def __init__(self, jwk_sets: JwkSets) -> None:
        self._jwk_sets = jwk_sets

    def of(self, client: Client, *, newer: bool = False) -> Sequence[Mapping[str, Any]]:
        """Return the keys of ``client``; ``newer``: those at hand did not do, ask its address again."""
        uri = client.metadata.get("jwks_uri")
        if uri is not None:
            return self._jwk_sets.keys_at(str(uri), newer=newer)
        keys: Sequence[Mapping[str, Any]] = client.metadata.get("jwks", {}).get("keys", ())
        return keys
