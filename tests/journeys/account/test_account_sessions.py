"""Where a person is signed in: seen, and ended."""

import re

import pytest
from flask.testing import FlaskClient

from keys import base64url
from models.login_session import LoginSession
from provider.wiring import Services
from tests.browser import Browser, answer_of, hidden_fields, refresh
from tests.builders import PASSWORD, make_client
from tests.conftest import Clock
from tests.journeys.account.visit import (
    is_signed_in,
    post,
    session_ids,
    tokens_of,
)
from tests.relying_party import make_relying_party

pytestmark = pytest.mark.journey


def test_a_person_sees_where_they_are_signed_in(signed_in: Browser, elsewhere: Browser) -> None:
    """Device in plain words, this one first and marked, nobody else's."""
    page = elsewhere.http.get("/account").text

    assert "Firefox on Linux" in page
    assert "An unknown browser" in page
    assert page.count("This browser") == 1
    assert page.index("Firefox on Linux") < page.index("This browser") < page.index("An unknown browser")


def test_sessions_that_are_over_are_not_shown(
    services: Services, signed_in: Browser, elsewhere: Browser, clock: Clock
) -> None:
    """Idle ones, like those that never come back."""
    clock.advance(seconds=services.settings.session_idle_seconds - 10)
    assert len(session_ids(elsewhere)) == 2

    clock.advance(seconds=20)

    assert len(session_ids(elsewhere)) == 1
    assert not is_signed_in(signed_in)


def test_ending_a_session_signs_that_browser_out(signed_in: Browser, elsewhere: Browser) -> None:
    """And not this one; the same form once more is no error."""
    here, there = session_ids(signed_in)

    first = post(signed_in, "/account/sessions/end", session=there)
    told = signed_in.http.get("/account").text
    again = post(signed_in, "/account/sessions/end", session=there)

    assert (first.status_code, first.location) == (again.status_code, again.location) == (303, "/account")
    assert 'id="account-done"' in told
    assert not is_signed_in(elsewhere)
    assert session_ids(signed_in) == [here]


def test_ending_a_session_ends_the_grants_that_live_by_it(
    services: Services, signed_in: Browser, elsewhere: Browser
) -> None:
    """DESIGN §4: tokens without offline_access end with the session, those with it live on."""
    _client, _secret, tokens = tokens_of(services, elsewhere)
    kept_client, kept_secret, kept = tokens_of(services, elsewhere, scope="openid offline_access")

    post(signed_in, "/account/sessions/end", session=session_ids(signed_in)[1])

    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    page = signed_in.http.get("/account").text
    assert signed_in.http.get("/userinfo", headers=bearer).status_code == 401
    answer = refresh(signed_in.http, kept_client, kept_secret, kept["refresh_token"])
    assert answer.status_code == 200
    assert f'id="app-{kept_client.client_id}"' in page


def test_ending_this_session_signs_out(services: Services, signed_in: Browser) -> None:
    """The old cookie is worth nothing any more; a client is told login_required."""
    client, _ = make_client(services)

    answer = post(signed_in, "/account/sessions/end", session=session_ids(signed_in)[0])

    assert (answer.status_code, answer.location) == (303, "/")
    assert not is_signed_in(signed_in)
    assert answer_of(signed_in.authorize(client, prompt="none"))["error"] == "login_required"


def test_ending_this_session_tells_clients_in_the_browser(
    services: Services, http: FlaskClient, signed_in: Browser
) -> None:
    """Front-Channel Logout §3: however this browser signs out, it loads the clients' pages."""
    make_relying_party(services, http, signed_in, frontchannel_logout_uri="https://client.example/out")

    answer = post(signed_in, "/account/sessions/end", session=session_ids(signed_in)[0])
    page = http.get(answer.location)

    assert 'src="https://client.example/out?iss=' in page.text
    assert 'id="continue" href="/"' in page.text


@pytest.mark.security
def test_a_session_of_somebody_else_is_not_found(signed_in: Browser, grace: Browser) -> None:
    """CVE-2020-14389: one answer for what is another person's and for what does not exist."""
    theirs = session_ids(grace)[0]
    answers = [
        post(signed_in, "/account/sessions/end", session=session)
        for session in (theirs, base64url.encode(bytes(16)), "", "%", "A" * 5000, "é", theirs + "=")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r"<dd[^>]*>.*?</dd>", "", answer.text) for answer in answers}) == 1
    assert is_signed_in(grace)


def test_an_ended_session_stays_ended(services: Services, signed_in: Browser, clock: Clock) -> None:
    """A second press does not move the time at which it ended."""
    session_id = session_ids(signed_in)[0]
    with services.database.reading() as session:
        owner = session.get_one(LoginSession, base64url.decode(session_id)).user_id
    page = hidden_fields(signed_in.http.get("/account"))
    signed_in.http.post("/account/sessions/end", data=page | {"session": session_id})
    ended_at = clock.now()
    clock.advance(seconds=60)

    signed_in.sign_in(signed_in.http.get("/login"))
    post(signed_in, "/account/sessions/end", session=session_id)

    with services.database.reading() as session:
        row = session.get_one(LoginSession, base64url.decode(session_id))
    assert (row.user_id, row.ended_at) == (owner, ended_at)


@pytest.mark.security
@pytest.mark.parametrize("path", ["/account/sessions/end", "/account/apps/disconnect", "/account/password"])
def test_an_ended_session_can_do_nothing(
    signed_in: Browser, elsewhere: Browser, services: Services, path: str
) -> None:
    """A form that was open when its session ended leads to the sign-in page."""
    page = hidden_fields(elsewhere.http.get("/account"))
    here, there = session_ids(signed_in)
    post(signed_in, "/account/sessions/end", session=there)

    answer = elsewhere.http.post(path, data={**page, "session": here, "current_password": PASSWORD})

    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/login")
    assert is_signed_in(signed_in)
