"""Among which clients a person has the same pairwise ``sub`` (OpenID Connect Core §8.1, Registration §5)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

PAIRWISE = "pairwise"
PUBLIC = "public"
SUBJECT_TYPES = (PUBLIC, PAIRWISE)
SUBJECT_TYPE = "subject_type"
SECTOR_IDENTIFIER_URI = "sector_identifier_uri"


def sector_identifier(metadata: Mapping[str, Any]) -> str | None:
    """Return the host that a client's pairwise subjects are made for; ``None``: its subjects are public.

    Empty where nothing tells it; no such client is registered.
    """
    if metadata.get(SUBJECT_TYPE) != PAIRWISE:
        return None
    uri = metadata.get(SECTOR_IDENTIFIER_URI)
    named = [uri] if uri else metadata.get("redirect_uris", ())
    hosts = {_host(each) for each in named}
    return hosts.pop() if len(hosts) == 1 else ""


def _host(uri: str) -> str:
    """Return the host of a web address; in a private-use scheme anybody may write any host."""
    parts = urlsplit(uri)
    return parts.hostname or "" if parts.scheme in ("https", "http") else ""
