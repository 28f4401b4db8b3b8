"""Clients that have registered themselves and that nobody has ever let in."""

import json
from collections.abc import Callable

from sqlalchemy import select, update

from models.client import ClientRow
from models.database import Database
from validators.client_metadata import OPERATORS_GRANT_TYPES

BATCH = 100


class UnusedClients:
    """Notes which clients are used, and removes those that are not; what an operator has made stays.

    Args:
        database: where clients are stored.
        clock: NumericDate.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._now = clock

    def mark_used(self, client_id: str) -> None:
        """Note that a person has let a client in; only the first time is kept."""
        with self._database.session() as session:
            session.execute(
                update(ClientRow)
                .where(ClientRow.client_id == client_id, ClientRow.used_at.is_(None))
                .values(used_at=self._now())
            )

    def remove(self, unused_seconds: int) -> list[str]:
        """Remove some that were registered longer ago than this and never used; return their identifiers.

        An identifier stays behind, so that it is never used again. A client that needs no person may be in
        use without anybody's noting it, and stays.
        """
        with self._database.session() as session:
            rows = session.scalars(
                select(ClientRow)
                .where(
                    ClientRow.registration_access_token_digest.is_not(None),
                    ClientRow.deleted_at.is_(None),
                    ClientRow.used_at.is_(None),
                    ClientRow.created_at <= self._now() - unused_seconds,
                )
                .order_by(ClientRow.created_at)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            removed = [row for row in rows if not _needs_no_person(row)]
            for row in removed:
                row.client_metadata = "{}"
                row.secret_digest = row.sealed_secret = row.registration_access_token_digest = None
                row.deleted_at = self._now()
                row.version += 1
        return [row.client_id for row in removed]


def _needs_no_person(row: ClientRow) -> bool:
    grant_types = json.loads(row.client_metadata)["grant_types"]
    return not set(OPERATORS_GRANT_TYPES).isdisjoint(grant_types)
