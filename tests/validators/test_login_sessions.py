"""Signed-in browsers: found by cookie, ended, renewed."""

import secrets

import pytest
from sqlalchemy import select

from models.client import ClientRow
from models.consent import Consent
from models.database import Database
from models.login_session import LoginSession
from models.user import User
from tests.conftest import Clock
from validators.login_sessions import MAX_USER_AGENT, LoginSessions, SessionRecord
from validators.policy import SessionPolicy
from validators.secret_digests import SecretDigests

DAY = 86400


@pytest.fixture
def sessions(database: Database, clock: Clock) -> LoginSessions:
    """Sign-ins of a week, a day idle; Ada and Grace exist."""
    with database.session() as session:
        for name in ("ada", "grace"):
            session.add(User(id=name, name=name, claims="{}", created_at=1, updated_at=1))
    policy = SessionPolicy(session_seconds=7 * DAY, session_idle_seconds=DAY)
    return LoginSessions(database, SecretDigests(secrets.token_bytes(32)), policy, clock)


def begin(
    sessions: LoginSessions,
    database: Database,
    user_id: str = "ada",
    replaces: SessionRecord | None = None,
    user_agent: str = "Firefox",
) -> tuple[bytes, str]:
    with database.session() as session:
        return sessions.begin(session, user_id=user_id, amr="pwd", user_agent=user_agent, replaces=replaces)


def row(database: Database, session_id: bytes) -> LoginSession:
    with database.reading() as session:
        return session.get_one(LoginSession, session_id)


def test_a_sign_in_is_found_by_its_cookie(sessions: LoginSessions, database: Database, clock: Clock) -> None:
    """DESIGN §4: one read; no consent yet."""
    session_id, cookie = begin(sessions, database)

    found = sessions.find(cookie)

    assert found is not None
    assert found[:7] == (session_id, "ada", clock(), "pwd", clock(), clock() + 7 * DAY, "ada")
    assert found.consented_scope is None


@pytest.mark.security
def test_the_cookie_is_256_bits_and_only_its_digest_is_stored(
    sessions: LoginSessions, database: Database
) -> None:
    """DESIGN §4; ``sid`` is another value."""
    session_id, cookie = begin(sessions, database)

    stored = row(database, session_id)

    assert len(cookie) == 43
    assert len(stored.cookie_digest) == 32
    assert cookie.encode() not in stored.cookie_digest + stored.id


@pytest.mark.security
@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "' OR 1=1 --"])
def test_another_cookie_finds_nothing(sessions: LoginSessions, database: Database, cookie: str) -> None:
    """Nobody is signed in by guessing."""
    begin(sessions, database)

    assert sessions.find(cookie) is None


def test_a_sign_in_is_ended_once(sessions: LoginSessions, database: Database, clock: Clock) -> None:
    """RP-Initiated Logout §2: its cookie finds nothing from then on; when it ended stays as it was."""
    session_id, cookie = begin(sessions, database)
    _, other = begin(sessions, database)

    ended = []
    for _ in range(2):
        with database.session() as session:
            ended.append(sessions.end(session, session_id))
        clock.advance(seconds=10)

    assert ended == [True, False]
    assert row(database, session_id).ended_at == clock() - 20
    assert sessions.find(cookie) is None
    assert sessions.find(other) is not None


def test_a_sign_in_keeps_its_sid(sessions: LoginSessions, database: Database, clock: Clock) -> None:
    """Front-Channel Logout §3: the same when its person proves again who they are, under another cookie."""
    _, cookie = begin(sessions, database)
    first = sessions.find(cookie)
    clock.advance(seconds=10)
    _, renewed = begin(sessions, database, replaces=first)
    _, others = begin(sessions, database)
    second, third = sessions.find(renewed), sessions.find(others)

    assert first is not None
    assert second is not None
    assert third is not None
    assert first.sid == second.sid != third.sid
    assert len(first.sid) == 22
    assert first.sid not in (cookie, renewed)


@pytest.mark.parametrize(
    ("seconds", "is_live"),
    [pytest.param(DAY - 1, True, id="last-second"), pytest.param(DAY, False, id="over")],
)
def test_an_idle_sign_in_ends(
    sessions: LoginSessions, database: Database, clock: Clock, seconds: int, is_live: bool
) -> None:
    """PAPER_SESSION_IDLE_SECONDS."""
    _, cookie = begin(sessions, database)

    clock.advance(seconds=seconds)

    assert (sessions.find(cookie) is not None) is is_live


def test_a_used_sign_in_ends_too(sessions: LoginSessions, database: Database, clock: Clock) -> None:
    """PAPER_SESSION_SECONDS, however often it is seen."""
    _, cookie = begin(sessions, database)
    seen = 0

    for _ in range(20):
        clock.advance(seconds=DAY // 2)
        seen += sessions.find(cookie) is not None

    assert seen == 13


def test_being_seen_is_written_now_and_then(
    sessions: LoginSessions, database: Database, clock: Clock
) -> None:
    """At most every five minutes: a read is not to become a write."""
    session_id, cookie = begin(sessions, database)
    start, written = clock(), []

    for seconds in (299, 1, 299, 1):
        clock.advance(seconds=seconds)
        sessions.find(cookie)
        written.append(row(database, session_id).last_seen_at - start)

    assert written == [0, 300, 300, 600]


def test_an_ended_sign_in_is_none(sessions: LoginSessions, database: Database, clock: Clock) -> None:
    """A logout counts at once."""
    session_id, cookie = begin(sessions, database)
    with database.session() as session:
        session.get_one(LoginSession, session_id).ended_at = clock()

    assert sessions.find(cookie) is None


def test_a_disabled_person_is_not_signed_in(
    sessions: LoginSessions, database: Database, clock: Clock
) -> None:
    """DESIGN §4: at the next use."""
    _, cookie = begin(sessions, database)
    with database.session() as session:
        session.get_one(User, "ada").disabled_at = clock()

    assert sessions.find(cookie) is None


@pytest.mark.security
def test_the_same_person_again_keeps_the_row_under_a_new_cookie(
    sessions: LoginSessions, database: Database, clock: Clock
) -> None:
    """Session fixation: the value before the sign-in is worth nothing afterwards."""
    first_id, first_cookie = begin(sessions, database)
    clock.advance(seconds=1000)

    second_id, second_cookie = begin(sessions, database, replaces=sessions.find(first_cookie))

    found = sessions.find(second_cookie)
    assert second_id == first_id
    assert sessions.find(first_cookie) is None
    assert found is not None
    assert (found.auth_time, found.expires_at) == (clock(), clock() + 7 * DAY)


@pytest.mark.security
def test_somebody_else_ends_the_sign_in_before(
    sessions: LoginSessions, database: Database, clock: Clock
) -> None:
    """One browser, one person."""
    first_id, first_cookie = begin(sessions, database)

    second_id, second_cookie = begin(sessions, database, "grace", replaces=sessions.find(first_cookie))

    found = sessions.find(second_cookie)
    assert second_id != first_id
    assert sessions.find(first_cookie) is None
    assert row(database, first_id).ended_at == clock()
    assert found is not None
    assert found.user_id == "grace"


def test_the_consent_of_this_person_for_this_client_comes_along(
    sessions: LoginSessions, database: Database
) -> None:
    """DESIGN §4: /authorize reads session, person and consent at once."""
    _, cookie = begin(sessions, database)
    with database.session() as session:
        for client_id in ("photos", "notes"):
            session.add(ClientRow(client_id=client_id, client_metadata="{}", version=1, created_at=1))
        session.flush()
        for user, client, resource, scope in (
            ("ada", "photos", "", "openid"),
            ("ada", "photos", "https://api.example", "read"),
            ("ada", "notes", "", "email"),
            ("grace", "photos", "", "phone"),
        ):
            session.add(Consent(user_id=user, client_id=client, resource=resource, scope=scope, granted_at=1))

    asked = [
        sessions.find(cookie, client_id=client, resource=resource)
        for client, resource in (("photos", ""), ("photos", "https://api.example"), ("other", ""))
    ]

    assert [each and each.consented_scope for each in asked] == ["openid", "read", None]


def test_a_long_user_agent_is_cut(sessions: LoginSessions, database: Database) -> None:
    """Only for a person to recognise."""
    session_id, _ = begin(sessions, database, user_agent="x" * 5000)

    assert len(row(database, session_id).user_agent) == MAX_USER_AGENT


def test_a_sign_in_that_is_rolled_back_leaves_nothing(sessions: LoginSessions, database: Database) -> None:
    """It belongs to the caller's transaction."""
    with pytest.raises(RuntimeError), database.session() as session:  # noqa: PT012 - the block is what is rolled back
        sessions.begin(session, user_id="ada", amr="pwd", user_agent="", replaces=None)
        session.flush()
        raise RuntimeError

    with database.reading() as session:
        assert session.scalars(select(LoginSession)).all() == []
