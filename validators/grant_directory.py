"""Grants as an operator sees and ends them."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select, update

from models.database import Database
from models.grant import Grant

BATCH = 1000


class GrantSummary(NamedTuple):
    """Who allowed what to whom, and until when; times are NumericDate."""

    id: bytes
    client_id: str
    user_id: str | None
    scope: str
    created_at: int
    expires_at: int
    revoked_at: int | None


class GrantDirectory:
    """Every grant, for those who may end it.

    Args:
        database: where they are stored.
        clock: NumericDate.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._now = clock

    def list(
        self,
        *,
        user_id: str | None = None,
        client_id: str | None = None,
        after: tuple[int, bytes] | None = None,
        limit: int,
    ) -> list[GrantSummary]:
        """Return at most ``limit`` grants that are not pruned yet, the newest first.

        Args:
            user_id: only of this person.
            client_id: only of this client.
            after: ``created_at`` and ``id`` of the grant that the list goes on after.
            limit: how many.
        """
        statement = select(*(getattr(Grant, field) for field in GrantSummary._fields))
        if user_id is not None:
            statement = statement.where(Grant.user_id == user_id)
        if client_id is not None:
            statement = statement.where(Grant.client_id == client_id)
        if after is not None:
            created_at, grant_id = after
            is_same_second = and_(Grant.created_at == created_at, Grant.id > grant_id)
            statement = statement.where(or_(Grant.created_at < created_at, is_same_second))
        statement = statement.order_by(Grant.created_at.desc(), Grant.id).limit(limit)
        with self._database.reading() as session:
            return [GrantSummary._make(row) for row in session.execute(statement)]

    def find(self, grant_id: bytes) -> GrantSummary | None:
        """Return one grant; ``None`` when there is no such grant."""
        columns = select(*(getattr(Grant, field) for field in GrantSummary._fields))
        with self._database.reading() as session:
            row = session.execute(columns.where(Grant.id == grant_id)).one_or_none()
        return None if row is None else GrantSummary._make(row)

    def revoke(self, grant_id: bytes) -> bool:
        """End one grant and with it every token it ever gave; false when there is no such grant."""
        ended_at = func.coalesce(Grant.revoked_at, self._now())
        statement = update(Grant).where(Grant.id == grant_id).values(revoked_at=ended_at).returning(Grant.id)
        with self._database.session() as session:
            return session.scalar(statement) is not None

    def revoke_all(self) -> int:
        """End every grant there is and return how many; in batches, so that others can write between them."""
        now, revoked, last = self._now(), 0, b""
        while True:
            batch = select(Grant.id).where(Grant.id > last).order_by(Grant.id).limit(BATCH)
            with self._database.session() as session:
                ids = session.scalars(batch).all()
                if not ids:
                    return revoked
                living = update(Grant).where(Grant.id > last, Grant.id <= ids[-1], Grant.revoked_at.is_(None))
                revoked += len(session.scalars(living.values(revoked_at=now).returning(Grant.id)).all())
            last = ids[-1]
