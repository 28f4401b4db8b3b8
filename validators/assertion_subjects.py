"""Which person a trusted issuer speaks of."""

import json
from typing import Any

from sqlalchemy import bindparam, select

from models.database import Database
from models.user import User, UserHandle
from validators.handles import handle_of

SUB = "sub"
USERNAME = "username"
EMAIL = "email"
KINDS = (SUB, USERNAME, EMAIL)
COLUMNS = (User.id, User.name, User.email, User.claims, User.disabled_at)
BY_SUB = select(*COLUMNS).where(User.id == bindparam("value"))
BY_HANDLE = (
    select(*COLUMNS)
    .join(UserHandle, UserHandle.user_id == User.id)
    .where(UserHandle.handle == bindparam("value"))
)


class AssertionSubjects:
    """Finds people by what another issuer calls them: one read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_sub = database.compile(BY_SUB)
        self._by_handle = database.compile(BY_HANDLE)

    def find(self, kind: str, value: str) -> str | None:
        """Return the ``sub`` of the person, or ``None`` when there is none who may be spoken for.

        A name is no address and an address no name; an address counts only if it is known to be theirs.

        Args:
            kind: ``sub``, ``username`` or ``email``.
            value: what the issuer says.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        if kind == SUB:
            rows = self._database.run(self._by_sub, {"value": value})
        elif (handle := handle_of(value)) is not None:
            rows = self._database.run(self._by_handle, {"value": handle})
        else:
            rows = []
        return rows[0][0] if rows and _may_be_spoken_for(kind, value, rows[0]) else None


def _may_be_spoken_for(kind: str, value: str, row: tuple[Any, ...]) -> bool:
    _, name, email, claims, disabled_at = row
    if disabled_at is not None:
        return False
    if kind == USERNAME:
        return handle_of(name) == handle_of(value)
    if kind == EMAIL:
        is_verified = json.loads(claims).get("email_verified") is True
        return is_verified and handle_of(email or "") == handle_of(value)
    return True
