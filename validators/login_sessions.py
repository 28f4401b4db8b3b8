"""Signed-in browsers: found by their cookie in the one read of an authorization request."""

import secrets
from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.orm import Session

from keys import base64url
from models.consent import Consent
from models.database import Database
from models.login_session import LoginSession
from models.user import User
from validators.policy import SessionPolicy
from validators.secret_digests import SecretDigests, new_secret
from validators.sign_in_ends import end_sign_ins

LOGIN_COOKIE = "login_cookie"
MAX_USER_AGENT = 200


class SessionRecord(NamedTuple):
    """A sign-in, its person, and what that person has already allowed one client."""

    id: bytes
    user_id: str
    auth_time: int
    amr: str
    last_seen_at: int
    expires_at: int
    user_name: str
    user_email: str | None
    user_claims: str
    user_updated_at: int
    consented_scope: str | None
    is_operator: bool = False  # SQLite says 0 or 1

    @property
    def sid(self) -> str:
        """Return the name that clients know it by."""
        return sid_of(self.id)


FOUND = (
    select(
        LoginSession.id,
        LoginSession.user_id,
        LoginSession.auth_time,
        LoginSession.amr,
        LoginSession.last_seen_at,
        LoginSession.expires_at,
        User.name,
        User.email,
        User.claims,
        User.updated_at,
        Consent.scope,
        User.is_operator,
    )
    .select_from(LoginSession)
    .join(User, User.id == LoginSession.user_id)
    .outerjoin(
        Consent,
        and_(
            Consent.user_id == LoginSession.user_id,
            Consent.client_id == bindparam("client_id"),
            Consent.resource == bindparam("resource"),
        ),
    )
    .where(LoginSession.ended_at.is_(None), User.disabled_at.is_(None))
)
FIND = FOUND.where(LoginSession.cookie_digest == bindparam("digest"))
TOUCH = (
    update(LoginSession)
    .where(LoginSession.id == bindparam("session_id"))
    .values(last_seen_at=bindparam("seen_at"))
)


class LoginSessions:
    """Begins, finds and renews sign-ins."""

    def __init__(
        self, database: Database, digests: SecretDigests, policy: SessionPolicy, clock: Callable[[], int]
    ) -> None:
        self._database = database
        self._digests = digests
        self._policy = policy
        self._now = clock
        self._find = database.compile(FIND)
        self._touch = database.compile(TOUCH)

    def find(self, cookie: str, *, client_id: str = "", resource: str = "") -> SessionRecord | None:
        """Return the live sign-in behind ``cookie`` and the consent for a client, in one read.

        Ended, expired and idle sign-ins and those of disabled people are none.
        """
        digest = self._digests.digest(LOGIN_COOKIE, cookie)
        params = {"digest": digest, "client_id": client_id, "resource": resource}
        rows = self._database.run(self._find, params)
        if not rows:
            return None
        record, now = SessionRecord._make(rows[0]), self._now()
        if not self._is_alive(record, now):
            return None
        if now - record.last_seen_at >= self._policy.touch_seconds:
            self._database.run(self._touch, {"session_id": record.id, "seen_at": now})
        return record

    def find_all(
        self, cookies: Sequence[str], *, client_id: str = "", resource: str = ""
    ) -> dict[str, SessionRecord]:
        """Return the live sign-ins behind ``cookies``, by cookie, and their consents for a client.

        One read, and nothing is written: being looked at is no use of a sign-in.
        """
        names = {self._digests.digest(LOGIN_COOKIE, cookie): cookie for cookie in cookies}
        query = FOUND.add_columns(LoginSession.cookie_digest).where(LoginSession.cookie_digest.in_(names))
        with self._database.reading() as session:
            rows = session.execute(query, {"client_id": client_id, "resource": resource}).all()
        now = self._now()
        found = {names[row[-1]]: SessionRecord._make(row[:-1]) for row in rows}
        return {cookie: record for cookie, record in found.items() if self._is_alive(record, now)}

    def _is_alive(self, record: SessionRecord, now: int) -> bool:
        return record.expires_at > now and record.last_seen_at + self._policy.session_idle_seconds > now

    def begin(
        self, session: Session, *, user_id: str, amr: str, user_agent: str, replaces: SessionRecord | None
    ) -> tuple[bytes, str]:
        """Store a sign-in that was just proven; return the row's id and the new cookie value.

        The same person signing in again keeps the row, so that what hangs on it lives on, under a new
        cookie; somebody else's ends.

        Args:
            session: an open transaction.
            user_id: the person.
            amr: RFC 8176 values.
            user_agent: for the person to recognise the browser by.
            replaces: the sign-in that this browser had.
        """
        now, cookie = self._now(), new_secret()
        old = session.get(LoginSession, replaces.id) if replaces else None
        if old is not None and old.user_id != user_id:
            self.end(session, old.id)
        if old is not None and (old.user_id != user_id or old.ended_at is not None):
            old = None
        row = old or LoginSession(id=secrets.token_bytes(16), user_id=user_id, created_at=now)
        row.cookie_digest = self._digests.digest(LOGIN_COOKIE, cookie)
        row.auth_time = row.last_seen_at = now
        row.expires_at = now + self._policy.session_seconds
        row.amr = amr
        row.user_agent = user_agent[:MAX_USER_AGENT]
        session.add(row)
        return row.id, cookie

    def is_still(self, session: Session, session_id: bytes) -> bool:
        """Whether a sign-in that was found a moment ago goes on, for a person who is there.

        What is true here stays so until the transaction of ``session`` ends.
        """
        going_on = (
            select(LoginSession.id)
            .join(User, User.id == LoginSession.user_id)
            .where(LoginSession.id == session_id, LoginSession.ended_at.is_(None), User.disabled_at.is_(None))
            .with_for_update(read=True)
        )
        return session.scalar(going_on) is not None

    def end(self, session: Session, session_id: bytes) -> bool:
        """End a sign-in, and with it every grant without ``offline_access`` that was made in it.

        Args:
            session: an open transaction.
            session_id: which one.

        Returns:
            whether it had not ended before.
        """
        return bool(end_sign_ins(session, LoginSession.id == session_id, now=self._now()))


def sid_of(session_id: bytes) -> str:
    """Return the ``sid`` of a sign-in: stable, unique, and not its cookie (Front-Channel Logout §3)."""
    return base64url.encode(session_id)
