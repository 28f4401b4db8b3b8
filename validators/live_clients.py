"""Whether a token that a client holds for itself is still alive: one read by primary key."""

from sqlalchemy import bindparam, select

from models.client import ClientRow
from models.database import Database
from models.grant import RevokedToken

FIND = (
    select(RevokedToken.jti)
    .select_from(ClientRow)
    .outerjoin(RevokedToken, RevokedToken.jti == bindparam("token_jti"))
    .where(ClientRow.client_id == bindparam("id"), ClientRow.deleted_at.is_(None))
)


class LiveClients:
    """Answers for tokens without a grant."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._find = database.compile(FIND)

    def is_live(self, client_id: str, jti: bytes) -> bool:
        """Whether the client exists and the token was not revoked by itself.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        rows = self._database.run(self._find, {"id": client_id, "token_jti": jti})
        return bool(rows) and rows[0][0] is None
