"""JWTs that may be used once, across all processes (RFC 7523 §3, RFC 7521 §8.2)."""

import hashlib
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite

from models.database import Database
from models.used_assertion import UsedAssertion


class UsedAssertions:
    """Remembers what has been used, by one insert into a unique key."""

    def __init__(self, database: Database) -> None:
        self._database = database
        insert = sqlite.insert if database.is_sqlite else postgresql.insert
        values: dict[str, Any] = {"digest": bindparam("mark"), "expires_at": bindparam("ends_at")}
        self._insert = database.compile(
            insert(UsedAssertion).values(values).on_conflict_do_nothing().returning(UsedAssertion.digest)
        )

    def use(self, kind: str, owner: str, jti: str, *, expires_at: int) -> bool:
        """Mark a JWT as used; of any number of parallel attempts one returns true.

        Args:
            kind: what it is used as; one JWT may serve once for each.
            owner: who has made it, and so made its ``jti`` unique.
            jti: its identifier, or whatever else makes it unique.
            expires_at: when it would be refused anyway, NumericDate.

        Raises:
            StoreUnavailable: nothing has been used.
        """
        digest = hashlib.sha256("\0".join((kind, owner, jti)).encode()).digest()
        return bool(self._database.run(self._insert, {"mark": digest, "ends_at": expires_at}))
