"""Authorization requests that wait for a person."""

import secrets
from typing import Any

import pytest
from sqlalchemy import select

from models.authorization_request import AuthorizationRequestRow
from models.database import Database
from tests.conftest import Clock
from validators.secret_digests import SecretDigests
from validators.waiting_requests import URN, WaitingRequests

PARAMETERS: dict[str, Any] = {
    "parameters": {"scope": "openid é", "state": "\n"},
    "resources": [],
    "problem": None,
}


@pytest.fixture
def waiting(database: Database, clock: Clock) -> WaitingRequests:
    return WaitingRequests(database, SecretDigests(secrets.token_bytes(32)), clock, 600)


def test_what_waits_is_found_in_its_own_browser(waiting: WaitingRequests, clock: Clock) -> None:
    """RFC 9126 §2.2, DESIGN §3: all of it, with the time it came."""
    stored = waiting.store(PARAMETERS, client_id="photos", browser="b1")

    found = waiting.find(stored.id, browser="b1")

    assert found == stored
    assert found.parameters == PARAMETERS
    assert (found.client_id, found.created_at, found.is_bound) == ("photos", clock(), True)
    assert found.request_uri == URN + stored.id


@pytest.mark.security
@pytest.mark.parametrize("browser", ["b2", "", "B1"])
def test_another_browser_finds_nothing(waiting: WaitingRequests, browser: str) -> None:
    """DESIGN §3: the id works only with the cookie of the browser that began it."""
    stored = waiting.store(PARAMETERS, client_id="photos", browser="b1")

    assert waiting.find(stored.id, browser=browser) is None


@pytest.mark.security
def test_the_id_is_256_bits_and_only_its_digest_is_stored(
    waiting: WaitingRequests, database: Database
) -> None:
    """RFC 9126 §7.1, DESIGN §4."""
    stored = waiting.store(PARAMETERS, client_id="photos", browser="browser-name")

    with database.reading() as session:
        row = session.scalars(select(AuthorizationRequestRow)).one()
    text = repr(
        {column.name: getattr(row, column.name) for column in AuthorizationRequestRow.__table__.columns}
    )
    assert len(stored.id) == 43
    assert stored.id not in text
    assert "browser-name" not in text


@pytest.mark.parametrize("request_id", ["", "x", "A" * 43, "é", "' OR 1=1 --", "a" * 65536])
def test_a_guessed_id_finds_nothing(waiting: WaitingRequests, request_id: str) -> None:
    """Bad input is no error of ours."""
    waiting.store(PARAMETERS, client_id="photos", browser="b1")

    assert waiting.find(request_id, browser="b1") is None


@pytest.mark.parametrize(
    ("seconds", "is_live"), [pytest.param(599, True, id="last-second"), pytest.param(600, False, id="over")]
)
def test_waiting_ends(waiting: WaitingRequests, clock: Clock, seconds: int, is_live: bool) -> None:
    """PAPER_REQUEST_SECONDS."""
    stored = waiting.store(PARAMETERS, client_id="photos", browser="b1")

    clock.advance(seconds=seconds)

    assert (waiting.find(stored.id, browser="b1") is not None) is is_live


def test_an_unbound_request_belongs_to_the_first_browser(waiting: WaitingRequests) -> None:
    """DESIGN §3: a posted request is bound when a page is shown for it; the first one wins."""
    stored = waiting.store(PARAMETERS, client_id="photos", browser=None)
    first, second = (waiting.find(stored.id, browser=name) for name in ("b1", "b2"))
    assert first is not None
    assert second is not None

    waiting.bind(first, browser="b1")
    waiting.bind(second, browser="b2")

    bound = waiting.find(stored.id, browser="b1")
    assert not first.is_bound
    assert bound is not None
    assert bound.is_bound
    assert waiting.find(stored.id, browser="b2") is None


def test_a_sign_in_is_remembered(waiting: WaitingRequests, database: Database) -> None:
    """DESIGN §3: a login made for the request satisfies prompt=login."""
    stored = waiting.store(PARAMETERS, client_id="photos", browser="b1")

    with database.session() as session:
        waiting.mark_login(session, stored, b"session")

    found = waiting.find(stored.id, browser="b1")
    assert found is not None
    assert found.login_session_id == b"session"


def test_a_request_is_taken_once(waiting: WaitingRequests, database: Database) -> None:
    """DESIGN §3: two POSTs or two tabs yield one code."""
    stored = waiting.store(PARAMETERS, client_id="photos", browser="b1")

    taken = []
    for _ in range(2):
        with database.session() as session:
            taken.append(waiting.take(session, stored))

    assert taken == [True, False]
    assert waiting.find(stored.id, browser="b1") is None


def test_taking_is_part_of_the_transaction(waiting: WaitingRequests, database: Database) -> None:
    """DESIGN §3: an answer that fails leaves the request as it was."""
    stored = waiting.store(PARAMETERS, client_id="photos", browser="b1")

    with pytest.raises(RuntimeError), database.session() as session:  # noqa: PT012 - the block is what is rolled back
        waiting.take(session, stored)
        raise RuntimeError

    assert waiting.find(stored.id, browser="b1") is not None
