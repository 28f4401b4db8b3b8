"""Deliveries of logout tokens, as operators see them and set them going again."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import ColumnElement, select, update

from models.database import Database
from models.logout_delivery import DELIVERED, WAITING, LogoutDelivery
from validators.sign_in_ends import GIVE_UP_SECONDS, KEPT_SECONDS


class LogoutSummary(NamedTuple):
    """One delivery; times are NumericDate.

    Attributes:
        id: for ``retry``.
        client_id: who is to hear.
        user_id: the ``sub`` of the person, as the provider knows them.
        login_session_id: the sign-in that has ended.
        state: ``waiting``, ``delivered``, ``refused`` or ``given_up``.
        tries: how often it was sent, or begun to be.
        last_error: what was wrong with the last try that failed.
        created_at: when the sign-in ended.
        next_try_at: ``None`` when it is over.
    """

    id: int
    client_id: str
    user_id: str
    login_session_id: bytes
    state: str
    tries: int
    last_error: str | None
    created_at: int
    next_try_at: int | None


class LogoutDirectory:
    """All deliveries that have not been pruned.

    Args:
        database: where they are stored.
        clock: NumericDate.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._now = clock

    def list(self, *, client_id: str | None, state: str | None, limit: int) -> list[LogoutSummary]:
        """Return deliveries, the newest first; all, or those of one client or in one state."""
        statement = (
            select(*(getattr(LogoutDelivery, field) for field in LogoutSummary._fields))
            .order_by(LogoutDelivery.id.desc())
            .limit(limit)
        )
        if client_id is not None:
            statement = statement.where(LogoutDelivery.client_id == client_id)
        if state is not None:
            statement = statement.where(LogoutDelivery.state == state)
        with self._database.reading() as session:
            return [LogoutSummary._make(row) for row in session.execute(statement)]

    def retry(self, delivery_id: int) -> bool:
        """Make a delivery due now, with a day of tries before it; false for none, or one that succeeded."""
        return self._retry(LogoutDelivery.id == delivery_id) == 1

    def retry_all(self, client_id: str | None) -> int:
        """Make due now all that have not succeeded, or those of one client; return how many."""
        return self._retry(*(() if client_id is None else (LogoutDelivery.client_id == client_id,)))

    def _retry(self, *which: ColumnElement[bool]) -> int:
        now = self._now()
        statement = (
            update(LogoutDelivery)
            .where(LogoutDelivery.state != DELIVERED, *which)
            .values(
                state=WAITING,
                tries=0,
                next_try_at=now,
                give_up_at=now + GIVE_UP_SECONDS,
                expires_at=now + GIVE_UP_SECONDS + KEPT_SECONDS,
            )
            .returning(LogoutDelivery.id)
        )
        with self._database.session() as session:
            return len(session.execute(statement).all())
