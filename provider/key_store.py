"""The key ring's store: rows of ``signing_keys``."""

import json
from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from keys.store import KeyRecord, KeyState
from models.database import Database
from models.errors import StoreUnavailable
from models.signing_key import SigningKeyRow

LOCK = text("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE")  # readers go on


class DatabaseKeyStore:
    """A ``KeyStore`` over the database.

    Args:
        database: where the rows are.
    """

    unavailable = (StoreUnavailable,)

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> list[KeyRecord]:
        """Return every record, oldest first.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        with self._database.reading() as session:
            return [_record(row) for row in _rows(session)]

    def replace(self, alg: str, seen: Sequence[KeyRecord], records: Sequence[KeyRecord]) -> bool:
        """Make ``records`` all there is for ``alg`` if ``seen`` is; see ``KeyStore``.

        Raises:
            StoreUnavailable: the database cannot be reached or stayed locked.
        """
        with self._database.session() as session:
            if not self._database.is_sqlite:  # SQLite has locked all by beginning to write
                session.execute(LOCK)
            rows = {row.kid: row for row in _rows(session) if row.alg == alg}
            stored = {kid: _record(row) for kid, row in rows.items()}
            if stored != {record.kid: record for record in seen}:
                return False
            for kid in stored.keys() - {record.kid for record in records}:
                session.delete(rows[kid])
            for record in records:
                if stored.get(record.kid) != record:
                    session.merge(_row(record))
        return True


def _rows(session: Session) -> Sequence[SigningKeyRow]:
    return session.scalars(select(SigningKeyRow).order_by(SigningKeyRow.created_at, SigningKeyRow.kid)).all()


def _record(row: SigningKeyRow) -> KeyRecord:
    return KeyRecord(
        kid=row.kid,
        alg=row.alg,
        state=KeyState(row.state),
        public_jwk=json.loads(row.public_jwk),
        sealed_private=row.sealed_private,
        created_at=row.created_at,
        activated_at=row.activated_at,
        retired_at=row.retired_at,
        unpublish_at=row.unpublish_at,
    )


def _row(record: KeyRecord) -> SigningKeyRow:
    return SigningKeyRow(
        kid=record.kid,
        alg=record.alg,
        state=record.state.value,
        public_jwk=json.dumps(record.public_jwk),
        sealed_private=record.sealed_private,
        created_at=record.created_at,
        activated_at=record.activated_at,
        retired_at=record.retired_at,
        unpublish_at=record.unpublish_at,
    )
