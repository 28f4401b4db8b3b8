"""When a person is asked, and when not: prompt, max_age, hints, cancelling, two tabs."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import Browser, answer_of, redeem
from tests.builders import make_client, make_public_client, make_user
from tests.conftest import Clock

pytestmark = pytest.mark.journey


def test_prompt_none_without_a_session(services: Services, browser: Browser) -> None:
    """OpenID Connect Core §3.1.2.6: an error by redirect, never a page; state is kept to the letter."""
    client, _ = make_client(services)
    state = "-._~" * 32

    answer = answer_of(browser.authorize(client, prompt="none", state=state))

    assert answer["error"] == "login_required"
    assert answer["state"] == state
    assert answer["iss"] == services.settings.issuer


def test_prompt_none_without_consent(services: Services, browser: Browser, signed_in: Browser) -> None:
    """OpenID Connect Core §3.1.2.6."""
    client, _ = make_client(services)

    assert answer_of(signed_in.authorize(client, prompt="none"))["error"] == "consent_required"


def test_prompt_none_with_all_given(
    services: Services, http: FlaskClient, signed_in: Browser, clock: Clock
) -> None:
    """OpenID Connect Core §3.1.2.1: succeeds without a page; auth_time is the sign-in's."""
    client, secret = make_client(services)
    signed_in.code_for(client)
    clock.advance(seconds=100)

    answer = answer_of(signed_in.authorize(client, prompt="none"))

    assert redeem(http, client, secret, answer["code"]).status_code == 200


def test_prompt_login_asks_again(services: Services, signed_in: Browser, clock: Clock) -> None:
    """OpenID Connect Core §3.1.2.1: even in the same second; one sign-in satisfies it."""
    client, _ = make_client(services)
    signed_in.code_for(client)
    signed_in.pages.clear()

    answer = answer_of(signed_in.follow(signed_in.authorize(client, prompt="login")))

    assert "code" in answer
    assert signed_in.pages == ["/login", "/authorize"]


def test_prompt_consent_asks_again(services: Services, signed_in: Browser) -> None:
    """OpenID Connect Core §3.1.2.1."""
    client, _ = make_client(services)
    signed_in.code_for(client)

    assert signed_in.authorize(client, prompt="consent").location.startswith("/consent")


@pytest.mark.parametrize(
    ("age", "max_age", "asked"),
    [
        pytest.param(2, "1", True, id="too-old"),
        pytest.param(2, "10000", False, id="young-enough"),
        pytest.param(1, "0", True, id="zero"),
    ],
)
def test_max_age(
    services: Services, signed_in: Browser, clock: Clock, age: int, max_age: str, asked: bool
) -> None:
    """OpenID Connect Core §3.1.2.1."""
    client, _ = make_client(services)
    signed_in.code_for(client)

    clock.advance(seconds=age)
    response = signed_in.authorize(client, max_age=max_age)

    assert response.location.startswith("/login") is asked


def test_a_login_satisfies_any_max_age(services: Services, signed_in: Browser, clock: Clock) -> None:
    """max_age=0 does not go round in circles."""
    client, _ = make_client(services)
    clock.advance(seconds=10)

    assert "code" in answer_of(signed_in.follow(signed_in.authorize(client, max_age="0")))


def test_a_hint_of_another_person(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """OpenID Connect Core §3.1.2.1: an error, or a sign-in as that person."""
    client, secret = make_client(services)
    make_user(services, "grace")
    tokens = redeem(http, client, secret, signed_in.code_for(client)).get_json()

    same = answer_of(signed_in.authorize(client, prompt="none", id_token_hint=tokens["id_token"]))
    forged = answer_of(
        signed_in.authorize(client, prompt="none", id_token_hint=tokens["id_token"][:-8] + "AAAAAAAA")
    )

    assert "code" in same
    assert forged["error"] == "invalid_request"


def test_a_hint_signed_with_the_secret(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """OpenID Connect Core §3.1.2.1: an ID token of a client with HS256 is as good a hint as any."""
    client, secret = make_client(services, id_token_signed_response_alg="HS256")
    hint = redeem(http, client, secret, signed_in.code_for(client)).get_json()["id_token"]

    same = answer_of(signed_in.authorize(client, prompt="none", id_token_hint=hint))
    forged = answer_of(signed_in.authorize(client, prompt="none", id_token_hint=hint[:-8] + "AAAAAAAA"))

    assert "code" in same
    assert forged["error"] == "invalid_request"


def test_cancelling_leaves_the_session(services: Services, signed_in: Browser) -> None:
    """A cancelled re-authentication gives no code and signs nobody out (CVE-2023-6787)."""
    client, _ = make_client(services)
    signed_in.code_for(client)

    page = signed_in.http.get(signed_in.authorize(client, prompt="login").location)
    answer = answer_of(signed_in.sign_in(page, decision="cancel"))

    assert answer["error"] == "access_denied"
    assert "code" in answer_of(signed_in.authorize(client))


def test_refusing_is_access_denied(services: Services, signed_in: Browser) -> None:
    """RFC 6749 §4.1.2.1; the same page cannot be answered again."""
    client, _ = make_client(services)
    page = signed_in.http.get(signed_in.authorize(client).location)

    answer = answer_of(signed_in.decide(page, "deny"))
    again = signed_in.decide(page, "allow")

    assert (answer["error"], answer["state"]) == ("access_denied", "st-1")
    assert again.status_code == 400


def test_two_presses_give_one_code(services: Services, signed_in: Browser) -> None:
    """The stored request is taken in the transaction that stores the grant."""
    client, _ = make_client(services)
    page = signed_in.http.get(signed_in.authorize(client).location)

    first = signed_in.decide(page, "allow")
    second = signed_in.decide(page, "allow")

    assert "code" in answer_of(first)
    assert second.status_code == 400
    assert "Location" not in second.headers


def test_a_request_belongs_to_its_browser(services: Services, app: Flask, signed_in: Browser) -> None:
    """Another browser that learns the id gets an error page (cross-user session fixation)."""
    client, _ = make_client(services)
    location = signed_in.authorize(client).location
    stranger = app.test_client()

    assert stranger.get(location).status_code == 400


def test_a_page_shown_to_another_person_does_not_count(
    services: Services, signed_in: Browser, ada: str
) -> None:
    """Consent is bound to the sign-in that saw the page."""
    client, _ = make_client(services)
    make_user(services, "grace")
    page = signed_in.http.get(signed_in.authorize(client).location)

    login = signed_in.http.get("/login")
    signed_in.sign_in(login, username="grace")
    response = signed_in.decide(page, "allow")

    assert response.status_code == 200
    assert "grace" in response.text


def test_a_forged_form_changes_nothing(services: Services, signed_in: Browser) -> None:
    """RFC 9700 §4.7: without the token of the page there is no decision."""
    client, _ = make_client(services)
    location = signed_in.authorize(client).location
    request_id = location.partition("request=")[2]

    response = signed_in.http.post("/consent", data={"request": request_id, "decision": "allow"})

    assert response.status_code == 200
    assert "Location" not in response.headers


def test_signing_in_changes_the_cookie(services: Services, signed_in: Browser) -> None:
    """Session fixation: a new value at every sign-in, the old one is worth nothing."""
    before = session_cookie(signed_in)
    client, _ = make_client(services)

    signed_in.follow(signed_in.authorize(client, prompt="login"))
    after = session_cookie(signed_in)
    signed_in.http.set_cookie("paper_session", before)

    assert after != before
    assert signed_in.authorize(client).location.startswith("/login")


def test_a_wrong_password_shows_the_page_again(services: Services, browser: Browser, ada: str) -> None:
    """One answer for a wrong password and an unknown name."""
    client, _ = make_client(services)
    page = browser.http.get(browser.authorize(client).location)

    wrong = browser.sign_in(page, password="wrong password")
    unknown = browser.sign_in(page, username="nobody")

    assert wrong.status_code == unknown.status_code == 200
    assert 'id="login-error"' in wrong.text
    assert "The name or the password is not right." in wrong.text
    assert "The name or the password is not right." in unknown.text


def test_a_posted_request_goes_on_with_get(services: Services, browser: Browser, ada: str) -> None:
    """OpenID Connect Core §3.1.2.1: POST is as good as GET, and its parameters survive the login page."""
    client, _ = make_client(services)
    form = {"response_type": "code", "client_id": client.client_id, "scope": "openid", "state": "posted"}

    answer = answer_of(browser.follow(browser.http.post("/authorize", data=form)))

    assert answer["state"] == "posted"
    assert "code" in answer


def test_private_use_schemes_are_asked_every_time(services: Services, signed_in: Browser) -> None:
    """RFC 8252 §8.6: anyone may claim such a scheme."""
    uri = "com.example.app:/callback"
    client = make_public_client(services, redirect_uris=[uri])
    signed_in.code_for(client, redirect_uri=uri)

    again = signed_in.authorize(client, redirect_uri=uri)
    silent = answer_of(signed_in.authorize(client, redirect_uri=uri, prompt="none"))

    assert again.location.startswith("/consent")
    assert silent["error"] == "consent_required"


def test_a_session_ends_when_idle(services: Services, signed_in: Browser, clock: Clock) -> None:
    """PAPER_SESSION_IDLE_SECONDS; being seen keeps it alive until PAPER_SESSION_SECONDS."""
    client, _ = make_client(services)
    signed_in.code_for(client)
    for _ in range(6):
        clock.advance(seconds=86_000)
        assert "code" in answer_of(signed_in.authorize(client))

    clock.advance(seconds=86_400)

    assert signed_in.authorize(client).location.startswith("/login")


def session_cookie(browser: Browser) -> str:
    """Return the value of the sign-in cookie."""
    cookie = browser.http.get_cookie("paper_session")
    assert cookie is not None
    return cookie.value
