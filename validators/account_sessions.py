"""The sign-ins of one person, as that person sees and ends them."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import select

from models.database import Database
from models.login_session import LoginSession
from validators.sign_in_ends import end_sign_ins

MOST_SHOWN = 100


class AccountSession(NamedTuple):
    """One browser that is signed in; times are NumericDate.

    Attributes:
        id: the row's.
        user_agent: as the browser named itself at its last sign-in.
        auth_time: when that was.
        last_seen_at: when it was last used, a few minutes at most behind.
    """

    id: bytes
    user_agent: str
    auth_time: int
    last_seen_at: int


class AccountSessions:
    """The live sign-ins of a person.

    Args:
        database: where they are stored.
        clock: NumericDate.
        idle_seconds: after which a sign-in that nobody uses is over.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int], idle_seconds: int) -> None:
        self._database = database
        self._now = clock
        self._idle_seconds = idle_seconds

    def list(self, user_id: str) -> list[AccountSession]:
        """Return the live sign-ins of a person, the last used first, at most a hundred."""
        now = self._now()
        statement = (
            select(*(getattr(LoginSession, field) for field in AccountSession._fields))
            .where(
                LoginSession.user_id == user_id,
                LoginSession.ended_at.is_(None),
                LoginSession.expires_at > now,
                LoginSession.last_seen_at > now - self._idle_seconds,
            )
            .order_by(LoginSession.last_seen_at.desc(), LoginSession.id)
            .limit(MOST_SHOWN)
        )
        with self._database.reading() as session:
            return [AccountSession._make(row) for row in session.execute(statement)]

    def end(self, user_id: str, session_id: bytes) -> bool:
        """End one sign-in of this person, with every grant that lives by it; ending it again is no error.

        False when there is no such sign-in, or it is somebody else's.
        """
        own = (LoginSession.id == session_id, LoginSession.user_id == user_id)
        with self._database.session() as session:
            end_sign_ins(session, *own, now=self._now())
            return session.scalar(select(LoginSession.id).where(*own)) is not None

    def end_all(self, user_id: str) -> int:
        """End every sign-in of this person, with every grant that lives by one; return how many ended."""
        with self._database.session() as session:
            return len(end_sign_ins(session, LoginSession.user_id == user_id, now=self._now()))
