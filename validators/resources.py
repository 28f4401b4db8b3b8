"""Which resource a token is for (RFC 8707), and what tokens for it are like."""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select

from models.database import Database
from models.resource import Resource
from validators.client import Client
from validators.errors import InvalidTargetError
from validators.scopes import OPENID_SCOPES

MAX_CACHED = 1000
FRESH_SECONDS = 1
FIND = select(
    Resource.scope, Resource.token_format, Resource.token_seconds, Resource.client_ids, Resource.server_ids
).where(Resource.uri == bindparam("resource_uri"))


class TokenTarget(NamedTuple):
    """What a token is for.

    Attributes:
        audience: the resource, or the issuer for Paper itself.
        token_format: ``jwt`` or ``opaque``.
        token_seconds: the token's life; ``None``: the provider's default.
        scopes: the scope values that mean something there; empty: all.
        client_ids: who may ask for it; empty: any client.
        server_ids: the clients that are the resource itself, and get such tokens sent.
    """

    audience: str
    token_format: str
    token_seconds: int | None
    scopes: frozenset[str]
    client_ids: frozenset[str]
    server_ids: frozenset[str] = frozenset()

    def admits(self, client: Client) -> bool:
        """Whether ``client`` may ask for a token for it."""
        return not self.client_ids or client.client_id in self.client_ids

    def is_shown_to(self, client: Client) -> bool:
        """Whether ``client`` may know what a token for it says."""
        return client.client_id in self.server_ids or self.admits(client)

    def narrowed(self, scopes: Sequence[str]) -> list[str]:
        """Return those of ``scopes`` that mean something there."""
        return [scope for scope in scopes if not self.scopes or scope in self.scopes]


class Resources:
    """Finds registered resources, through a bounded cache.

    Args:
        database: where they are registered.
        issuer: Paper itself, which needs no registration.
        clock: NumericDate.
        cache_seconds: how long one may be used without reading it again.
    """

    def __init__(self, database: Database, issuer: str, clock: Callable[[], int], cache_seconds: int) -> None:
        self._database = database
        self._issuer = issuer
        self._now = clock
        self._cache_seconds = cache_seconds
        self._find = database.compile(FIND)
        self._cached: dict[str, tuple[TokenTarget, int]] = {}
        self._writing = threading.Lock()

    def require(self, uri: str, client: Client) -> TokenTarget:
        """Return the resource ``uri`` for ``client``; the issuer stands for Paper itself.

        Raises:
            InvalidTargetError: unknown, or not for this client.
        """
        if uri == self._issuer:
            return self.paper(client)
        target = self.find(uri)
        if target is not None and not target.admits(client):
            target = self.find(uri, age_seconds=FRESH_SECONDS)  # refuse nobody on what was true a while ago
        if target is None or not target.admits(client):
            raise InvalidTargetError
        return target

    def choose(self, asked: Sequence[str], granted: Sequence[str] | None, client: Client) -> TokenTarget:
        """Return what the token of one token request is for (RFC 8707 §2.2).

        Args:
            asked: the ``resource`` parameters of the token request.
            granted: the resources of the authorization; ``None`` where the client acts for itself.
            client: who asks.

        Raises:
            InvalidTargetError: more than one, not granted, unknown, or not for this client.
        """
        wanted = asked or granted or [self._issuer]
        if len(wanted) > 1:
            raise InvalidTargetError(description="Name one resource for each token.")
        if granted is not None and asked and asked[0] not in (*granted, self._issuer):
            raise InvalidTargetError(description="The resource was not part of the authorization.")
        target = self.require(wanted[0], client)
        if granted and target.audience == self._issuer not in granted:
            # What people allowed elsewhere is no permission here, save what they tell of themselves.
            return target._replace(scopes=frozenset(OPENID_SCOPES))
        return target

    def paper(self, client: Client) -> TokenTarget:
        """Return the target of tokens for Paper itself."""
        return TokenTarget(self._issuer, client.access_token_format, None, frozenset(), frozenset())

    def scopes_of(self, uris: Sequence[str], client: Client) -> frozenset[str]:
        """Return the scope values that naming these resources lets ``client`` ask for.

        Raises:
            InvalidTargetError: one is unknown, or not for this client.
        """
        return frozenset().union(*(self.require(uri, client).scopes for uri in uris))

    def find(self, uri: str, *, age_seconds: int | None = None) -> TokenTarget | None:
        """Return the resource as read less than ``age_seconds`` (by default the cache time) ago."""
        limit = self._cache_seconds if age_seconds is None else min(age_seconds, self._cache_seconds)
        cached = self._cached.get(uri)
        if cached is not None and 0 <= self._now() - cached[1] < limit:
            return cached[0]
        rows = self._database.run(self._find, {"resource_uri": uri})
        with self._writing:
            self._cached.pop(uri, None)
            if not rows:
                return None
            scope, token_format, token_seconds, client_ids, server_ids = rows[0]
            target = TokenTarget(
                uri,
                token_format,
                token_seconds,
                frozenset(scope.split()),
                frozenset(client_ids.splitlines()),
                frozenset(server_ids.splitlines()),
            )
            self._cached[uri] = (target, self._now())
            while len(self._cached) > MAX_CACHED:
                del self._cached[next(iter(self._cached))]
        return target
