"""The grant store: every statement of the hot path that touches ``grants``."""

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, insert, select, update

from models.client import ClientRow
from models.database import Database
from models.grant import Grant, RevokedToken
from models.login_session import LoginSession
from models.user import User

Clock = Callable[[], int]
NO_TOKEN = b""
OFFLINE_ACCESS = "offline_access"


class GrantRecord(NamedTuple):
    """A grant as one read finds it, with what it needs to know of client, person, session and token.

    The first fields are the columns of ``grants``, in their order.
    """

    id: bytes
    client_id: str
    user_id: str | None
    login_session_id: bytes | None
    scope: str
    resource: str
    claims: str | None
    nonce: str | None
    redirect_uri: str | None
    code_challenge: str | None
    auth_time: int | None
    acr: str | None
    amr: str | None
    confirmation: str | None
    authorization_details: str | None
    salt: bytes
    key_version: int
    generation: int
    created_at: int
    code_expires_at: int | None
    expires_at: int
    rotated_at: int | None
    revoked_at: int | None
    client_version: int | None = None
    client_deleted_at: int | None = None
    user_name: str | None = None
    user_email: str | None = None
    user_claims: str | None = None
    user_updated_at: int | None = None
    user_disabled_at: int | None = None
    session_ended_at: int | None = None
    revoked_jti: bytes | None = None

    @property
    def scopes(self) -> list[str]:
        """Granted scope values, in the order of the request."""
        return self.scope.split()

    @property
    def is_usable(self) -> bool:
        """Whether neither the grant, its client, its person nor its session has been ended."""
        return (
            self.revoked_at is None
            and self.client_version is not None
            and self.client_deleted_at is None
            and (self.user_id is None or (self.user_name is not None and self.user_disabled_at is None))
            and (self.session_ended_at is None or OFFLINE_ACCESS in self.scopes)
        )


GRANT_COLUMNS = tuple(Grant.__table__.columns.keys())
FIND = (
    select(
        *Grant.__table__.columns,
        ClientRow.version,
        ClientRow.deleted_at,
        User.name,
        User.email,
        User.claims,
        User.updated_at,
        User.disabled_at,
        LoginSession.ended_at,
        RevokedToken.jti,
    )
    .select_from(Grant)
    .outerjoin(ClientRow, ClientRow.client_id == Grant.client_id)
    .outerjoin(User, User.id == Grant.user_id)
    .outerjoin(LoginSession, LoginSession.id == Grant.login_session_id)
    .outerjoin(RevokedToken, RevokedToken.jti == bindparam("token_jti"))
    .where(Grant.id == bindparam("grant_id"))
)
INSERT = insert(Grant)
SPEND = (
    update(Grant)
    .where(
        Grant.id == bindparam("grant_id"),
        Grant.generation == bindparam("seen"),
        Grant.revoked_at.is_(None),
    )
    .values(
        generation=Grant.generation + 1,
        rotated_at=bindparam("spent_at"),
        expires_at=bindparam("ends_at"),
        confirmation=bindparam("bound_to", type_=Text),
    )
    .returning(Grant.generation)
)
EXTEND = (
    update(Grant)
    .where(Grant.id == bindparam("grant_id"), Grant.revoked_at.is_(None))
    .values(expires_at=bindparam("ends_at"))
    .returning(Grant.generation)
)
REVOKE = (
    update(Grant)
    .where(Grant.id == bindparam("grant_id"), Grant.revoked_at.is_(None))
    .values(revoked_at=bindparam("ended_at"))
)


class Grants:
    """Reads and writes grants; each method is one statement in a transaction of its own.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._find = database.compile(FIND)
        self._insert = database.compile(INSERT)
        self._spend = database.compile(SPEND)
        self._extend = database.compile(EXTEND)
        self._revoke = database.compile(REVOKE)

    def find(self, grant_id: bytes, jti: bytes = NO_TOKEN) -> GrantRecord | None:
        """Return the grant and whatever decides over it; ``jti`` names the access token, if one asks."""
        rows = self._database.run(self._find, {"grant_id": grant_id, "token_jti": jti})
        return GrantRecord._make(rows[0]) if rows else None

    def insert(self, record: GrantRecord) -> None:
        """Store a new grant."""
        self._database.run(self._insert, columns_of(record))

    def spend(
        self, record: GrantRecord, *, now: int, expires_at: int, confirmation: str | None = None
    ) -> bool:
        """Count ``record`` on by one; among any number of parallel attempts one returns true.

        Args:
            record: the grant as it was read.
            now: when, NumericDate.
            expires_at: its new end.
            confirmation: the keys that its refresh tokens are bound to from now on, ``cnf`` as JSON.
        """
        params = {
            "grant_id": record.id,
            "seen": record.generation,
            "spent_at": now,
            "ends_at": expires_at,
            "bound_to": confirmation,
        }
        return bool(self._database.run(self._spend, params))

    def extend(self, record: GrantRecord, *, expires_at: int) -> bool:
        """Let a grant live longer without a new refresh token; false when it was revoked meanwhile."""
        return bool(self._database.run(self._extend, {"grant_id": record.id, "ends_at": expires_at}))

    def revoke(self, grant_id: bytes, *, now: int) -> None:
        """End a grant and with it every token it ever gave."""
        self._database.run(self._revoke, {"grant_id": grant_id, "ended_at": now})


def columns_of(record: GrantRecord) -> dict[str, Any]:
    """Return the values to store for a new grant."""
    return dict(zip(GRANT_COLUMNS, record, strict=False))
