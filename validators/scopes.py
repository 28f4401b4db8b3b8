"""Scope values: requested, allowed, default (RFC 6749 §3.3)."""

import re
from collections.abc import Iterable

from validators.client import Client
from validators.grants import OFFLINE_ACCESS

OPENID = "openid"
OPENID_SCOPES = (OPENID, "profile", "email", "address", "phone", OFFLINE_ACCESS)
MAX_LENGTH = 2048
SCOPE_TOKEN = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")


def parse_scope(text: str | None) -> list[str] | None:
    """Return the words of a scope parameter, each once, in order; ``None`` when malformed or too long."""
    if len(text or "") > MAX_LENGTH:
        return None
    words = list(dict.fromkeys((text or "").split(" ")))
    if "" in words:
        words.remove("")
    return words if all(SCOPE_TOKEN.fullmatch(word) for word in words) else None


def is_allowed(scopes: Iterable[str], client: Client, of_resources: frozenset[str] = frozenset()) -> bool:
    """Whether ``client`` may ask for every one of ``scopes``.

    A client registered with a scope may ask for exactly that; any other for OpenID Connect's and for
    those of the resources that its request names.
    """
    allowed = of_resources.union(OPENID_SCOPES) if client.scope is None else client.scope
    return all(scope in allowed for scope in scopes)


def default_scopes(client: Client, of_resources: frozenset[str] = frozenset()) -> list[str]:
    """Return what a request without a scope asks for: nothing of OpenID Connect's."""
    own = of_resources if client.scope is None else client.scope
    return sorted(own.difference(OPENID_SCOPES))


def gives_refresh_token(scopes: Iterable[str], client: Client) -> bool:
    """Whether a grant of ``scopes`` comes with a refresh token.

    Either ``offline_access`` was granted, which a person has seen, or the request was plain OAuth.
    """
    granted = frozenset(scopes)
    return "refresh_token" in client.grant_types and (OFFLINE_ACCESS in granted or OPENID not in granted)
