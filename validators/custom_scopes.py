"""Scopes that an operator defined, and the claims they release (OpenID Connect Core §5.4)."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import select

from models.database import Database
from models.scope import Scope
from validators.grants import GrantRecord
from validators.scopes import OPENID_SCOPES
from validators.user_claims import ScopeClaims

FIND = select(Scope.name, Scope.claims, Scope.description, Scope.created_at).order_by(Scope.name)
NOTHING: ScopeClaims = MappingProxyType({})


class CustomScope(NamedTuple):
    """One scope: the names of its claims, and the operator's words for it."""

    name: str
    claims: tuple[str, ...]
    description: str | None
    created_at: int


class CustomScopes:
    """Every scope that an operator defined, through a cache of all of them.

    Args:
        database: where they are stored.
        clock: NumericDate.
        cache_seconds: how long they may be used without reading them again.

    Raises:
        StoreUnavailable: from every method that reads, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int], cache_seconds: int) -> None:
        self._database = database
        self._now = clock
        self._cache_seconds = cache_seconds
        self._find = database.compile(FIND)
        self._cached: tuple[Mapping[str, CustomScope], int] | None = None

    def all(self) -> Mapping[str, CustomScope]:
        """Return all of them by name, at most ``cache_seconds`` old."""
        cached = self._cached
        if cached is not None and 0 <= self._now() - cached[1] < self._cache_seconds:
            return cached[0]
        now = self._now()
        found = {
            name: CustomScope(name, tuple(claims.splitlines()), description, created_at)
            for name, claims, description, created_at in self._database.run(self._find, {})
        }
        self._cached = found, now
        return found

    def get(self, name: str) -> CustomScope | None:
        """Return one; OpenID Connect's own are none of them, and looking for those reads nothing."""
        return None if name in OPENID_SCOPES else self.all().get(name)

    def with_claim(self, name: str) -> list[str]:
        """Return the names of the scopes that release a claim, language-tagged or not."""
        base = name.partition("#")[0]
        return [scope.name for scope in self.all().values() if base in scope.claims]

    def released(self, record: GrantRecord, scopes: Iterable[str]) -> ScopeClaims:
        """Return what each scope releases to the client of a grant; nothing is read where none can matter.

        A grant that is older than a scope's definition was given without knowing of its claims.

        Args:
            record: the grant.
            scopes: those of the token in question.
        """
        if record.claims is None and all(scope in OPENID_SCOPES for scope in scopes):
            return NOTHING
        return {
            scope.name: scope.claims for scope in self.all().values() if scope.created_at <= record.created_at
        }
