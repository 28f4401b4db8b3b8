"""The types of authorization details that an operator defined (RFC 9396 §2.1)."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from sqlalchemy import select

from models.authorization_type import AuthorizationType as Row
from models.database import Database
from validators.authorization_details import Detail
from validators.detail_schemas import is_valid

FIND = select(Row.name, Row.schema, Row.template, Row.created_at).order_by(Row.name)
RELOAD_SECONDS = 1


class AuthorizationType(NamedTuple):
    """One type.

    Attributes:
        schema: JSON Schema, as text.
        template: a sentence for the person who is asked, with names of members in braces.
        created_at: NumericDate.
    """

    name: str
    schema: str
    template: str | None
    created_at: int

    def describes(self, detail: Detail) -> bool:
        """Whether an object of this type is as it must be."""
        return is_valid(self.schema, detail)


class AuthorizationTypes:
    """Every type, through a cache of all of them.

    Args:
        database: where they are stored.
        clock: NumericDate.
        cache_seconds: how long they may be used without reading them again.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int], cache_seconds: int) -> None:
        self._database = database
        self._now = clock
        self._cache_seconds = cache_seconds
        self._find = database.compile(FIND)
        self._cached: tuple[Mapping[str, AuthorizationType], int] | None = None

    def all(self) -> Mapping[str, AuthorizationType]:
        """Return all of them by name, at most ``cache_seconds`` old."""
        return self._read(self._cache_seconds)

    def get(self, name: str) -> AuthorizationType | None:
        """Return one; before a type counts as unknown it is looked for anew, at most once a second."""
        return self.all().get(name) or self._read(min(RELOAD_SECONDS, self._cache_seconds)).get(name)

    def _read(self, max_age: int) -> Mapping[str, AuthorizationType]:
        cached, now = self._cached, self._now()
        if cached is not None and 0 <= now - cached[1] < max_age:
            return cached[0]
        found = {row[0]: AuthorizationType._make(row) for row in self._database.run(self._find, {})}
        self._cached = found, now
        return found
