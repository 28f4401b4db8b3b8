"""What a sector says of the redirect URIs that belong to it (OpenID Connect Registration §5)."""

from collections.abc import Callable, Mapping
from typing import Any

from validators.errors import FetchError
from validators.metadata_values import InvalidClientMetadata
from validators.sector_identifiers import SECTOR_IDENTIFIER_URI

Proven = tuple[str | None, frozenset[str]]


def out_of_reach(uri: str) -> Any:
    """Fetch nothing, for where no way out is configured.

    Raises:
        FetchError: always.
    """
    raise FetchError(f"{uri} is not fetched here")


class SectorDocuments:
    """Fetches them, when a client is registered or changed; nothing is fetched for a request.

    Args:
        fetch: returns the JSON document at an address, or raises ``FetchError``.
    """

    def __init__(self, fetch: Callable[[str], Any]) -> None:
        self._fetch = fetch

    def prove(self, metadata: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> Proven:
        """Return what has been proven of a client: its sector and the redirect URIs that are in it.

        Args:
            metadata: a checked client metadata document.
            known: what is registered already; where it says the same, nothing is fetched.

        Raises:
            InvalidClientMetadata: the document cannot be had or does not hold every redirect URI.
        """
        claimed = claim_of(metadata)
        uri, redirect_uris = claimed
        if uri is None or (known is not None and claimed == claim_of(known)):
            return claimed
        try:
            document = self._fetch(uri)
        except FetchError:
            raise InvalidClientMetadata(
                SECTOR_IDENTIFIER_URI, "no JSON document could be had there"
            ) from None
        if not isinstance(document, list) or not all(isinstance(each, str) for each in document):
            raise InvalidClientMetadata(SECTOR_IDENTIFIER_URI, "the document must be an array of URIs")
        if not redirect_uris.issubset(document):
            raise InvalidClientMetadata(
                SECTOR_IDENTIFIER_URI,
                "the document must hold every one of redirect_uris (OpenID Connect Registration section 5)",
            )
        return claimed


def claim_of(metadata: Mapping[str, Any]) -> Proven:
    """Return the sector that a client names, and the redirect URIs that it says belong to it."""
    return metadata.get(SECTOR_IDENTIFIER_URI), frozenset(metadata.get("redirect_uris", ()))


def require_proven(metadata: Mapping[str, Any], proven: Proven | None) -> None:
    """Refuse metadata that somebody else has changed since ``proven``.

    Raises:
        InvalidClientMetadata: another sector or another redirect URI.
    """
    if metadata.get(SECTOR_IDENTIFIER_URI) is not None and claim_of(metadata) != proven:
        raise InvalidClientMetadata(SECTOR_IDENTIFIER_URI, "was changed at the same time; try again")
