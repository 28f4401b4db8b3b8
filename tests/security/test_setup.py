"""The links by which a password is chosen: what nobody gets by them, or into a browser through them."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from provider.account_link_page import GUESSES
from provider.migrate import tables
from provider.settings import Settings
from provider.wiring import Services
from tests.browser import Browser, hidden_fields
from tests.builders import PASSWORD, make_user
from tests.conftest import Clock
from tests.provider_log import log as log
from validators.set_up import LIFETIME_SECONDS

pytestmark = pytest.mark.security

NEW = "a new one, longer"
TYPED = {"username": "ada", "new_password": NEW, "repeated_password": NEW}
DAY = 86400


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As an operator has them who looks for a fault."""
    return replace(settings, log_level="debug", log_format="json")


@pytest.fixture
def token(services: Services) -> str:
    """Of the link that ``make run`` prints."""
    token = services.set_up.offer()
    assert token is not None
    return token


def opened(http: FlaskClient, path: str, token: str) -> TestResponse:
    return http.get(path, query_string={"token": token})


def sent(http: FlaskClient, page: TestResponse, **typed: str) -> TestResponse:
    return http.post(page.request.path, data=hidden_fields(page) | TYPED | typed)


def is_over(response: TestResponse) -> bool:
    return response.status_code == 404 and 'id="link-over"' in response.text


def reset_link(services: Services, sub: str) -> str:
    link = services.account_links.issue(sub, DAY)
    assert link is not None
    return link.token


def test_a_link_that_was_used_is_over(services: Services, http: FlaskClient, token: str) -> None:
    """Replay: of the address, of the form, in any browser."""
    page = opened(http, "/setup", token)
    first = sent(http, page)
    stranger = http.application.test_client()

    assert (first.status_code, first.location) == (303, "/")
    assert is_over(sent(http, page, username="eve"))
    assert is_over(opened(http, "/setup", token))
    assert is_over(opened(stranger, "/setup", token))
    assert [each.name for each in services.people.list()] == ["ada"]


def test_a_reset_link_that_was_used_is_over(services: Services, http: FlaskClient, ada: str) -> None:
    """Replay: whoever finds it in a message later sets no password."""
    link = reset_link(services, ada)
    page = opened(http, "/welcome", link)
    sent(http, page)

    assert is_over(sent(http, page, new_password="another one", repeated_password="another one"))
    assert is_over(opened(http, "/welcome", link))
    assert services.people.authenticate("ada", NEW) is not None


def test_two_browsers_at_once_make_one_operator(services: Services, app: Flask, token: str) -> None:
    """A race has one winner; the others are told that the link is over, and nobody gets a 500."""
    browsers = [app.test_client() for _ in range(6)]
    pages = [opened(browser, "/setup", token) for browser in browsers]

    def complete(number: int) -> TestResponse:
        return sent(browsers[number], pages[number], username=f"ada{number}")

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(complete, range(6)))

    assert sorted(answer.status_code for answer in answers) == [303] + [404] * 5
    assert len(services.people.list()) == 1
    assert sum(browser.get_cookie("paper_session") is not None for browser in browsers) == 1


def test_a_link_expires_while_its_page_is_open(
    services: Services, http: FlaskClient, token: str, clock: Clock
) -> None:
    """The form is no longer good than the link."""
    page = opened(http, "/setup", token)
    clock.advance(seconds=LIFETIME_SECONDS)

    assert is_over(sent(http, page))
    assert is_over(opened(http, "/setup", token))
    assert services.people.list() == []


def test_a_fresh_link_ends_a_page_that_is_open(services: Services, http: FlaskClient, token: str) -> None:
    """``make run`` again: whoever read the first output is out."""
    page = opened(http, "/setup", token)
    services.set_up.offer()

    assert is_over(sent(http, page))
    assert services.people.list() == []


def test_a_link_of_one_kind_opens_no_page_of_the_other(
    services: Services, http: FlaskClient, token: str
) -> None:
    """Digests of different kinds never match: an invitation makes no operator."""
    assert is_over(opened(http, "/welcome", token))
    link = reset_link(services, make_user(services))

    assert is_over(opened(http, "/setup", link))


@pytest.mark.parametrize("forged", [{}, {"csrf_token": ""}, {"csrf_token": "forged"}])
def test_a_form_of_another_site_makes_nobody(
    services: Services, http: FlaskClient, token: str, forged: dict[str, str]
) -> None:
    """Login CSRF: without the token of this browser's own page nothing happens, and the link stays."""
    http.get("/login")

    answer = http.post("/setup", data=TYPED | {"token": token} | forged)

    assert (answer.status_code, 'id="setup-error"' in answer.text) == (200, True)
    assert http.get_cookie("paper_session") is None
    assert services.people.list() == []
    assert services.set_up.is_open(token)


def test_a_form_of_another_browser_sets_no_password(services: Services, http: FlaskClient, ada: str) -> None:
    """The token against forgery is bound to the browser that the page was shown in."""
    page = opened(http, "/welcome", reset_link(services, ada))
    victim = http.application.test_client()
    victim.get("/login")

    answer = sent(victim, page)

    assert 'id="welcome-error"' in answer.text
    assert victim.get_cookie("paper_session") is None
    assert services.people.authenticate("ada", PASSWORD) is not None


@pytest.mark.parametrize("path", ["/setup", "/welcome"])
def test_a_planted_session_is_not_signed_in(services: Services, http: FlaskClient, path: str) -> None:
    """Session fixation: the sign-in has a cookie of its own, and so have the forms."""
    token = services.set_up.offer() if path == "/setup" else reset_link(services, make_user(services))
    assert token is not None
    http.set_cookie("paper_session", "planted-by-somebody")
    page = opened(http, path, token)
    answer = sent(http, page)
    cookie = http.get_cookie("paper_session")
    stranger = http.application.test_client()
    stranger.set_cookie("paper_session", "planted-by-somebody")

    assert answer.status_code == 303
    assert cookie is not None
    assert cookie.value != "planted-by-somebody"
    assert 'id="signed-in-as"' in http.get("/").text
    assert 'id="signed-in-as"' not in stranger.get("/").text
    http.post("/logout/confirm", data={"csrf_token": hidden_fields(page)["csrf_token"]})
    assert 'id="signed-in-as"' in http.get("/").text
    http.post("/logout/confirm", data={"csrf_token": hidden_fields(http.get("/"))["csrf_token"]})
    assert 'id="signed-in-as"' not in http.get("/").text


def test_a_reset_signs_out_every_other_browser(services: Services, signed_in: Browser, ada: str) -> None:
    """Whoever knew the old password is out, in the browser that the link was opened in too."""
    elsewhere = signed_in.http.application.test_client()

    answer = sent(elsewhere, opened(elsewhere, "/welcome", reset_link(services, ada)))

    assert (answer.status_code, answer.location) == (303, "/")
    assert 'id="signed-in-as"' in elsewhere.get("/").text
    assert 'id="signed-in-as"' not in signed_in.http.get("/").text


def test_guesses_at_links_are_limited(services: Services, http: FlaskClient, token: str) -> None:
    """Of one network; whoever has the real one gets in all the same."""
    answers = [opened(http, "/setup", f"guess-{number}") for number in range(GUESSES.most + 1)]

    assert {answer.status_code for answer in answers[:-1]} == {404}
    assert (answers[-1].status_code, "too_many_attempts" in answers[-1].text) == (429, True)
    assert opened(http, "/welcome", "guess").status_code == 429
    assert http.post("/setup", data={"token": "guess"}).status_code == 429
    assert 'id="setup-form"' in opened(http, "/setup", token).text


@pytest.mark.parametrize("guess", ["", "\u0000", "ａ", "x" * 60000, "%", "' OR 1=1 --"])
def test_whatever_comes_in_a_link_is_no_error(http: FlaskClient, token: str, guess: str) -> None:
    """A 500 is a bug."""
    for path in ("/setup", "/welcome"):
        assert is_over(opened(http, path, guess))
        assert is_over(http.post(path, data={"token": guess}))


def test_the_token_stays_out_of_addresses_headers_and_caches(http: FlaskClient, token: str) -> None:
    """It came in a query: the form carries it on, and no page tells another site where it was."""
    page = opened(http, "/setup", token)
    answer = sent(http, page)

    assert 'action="/setup"' in page.text
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["Cache-Control"] == "no-store"
    assert token not in answer.headers.get("Location", "")
    assert token not in "".join(answer.headers.getlist("Set-Cookie") + page.headers.getlist("Set-Cookie"))


def test_no_log_line_and_no_row_holds_what_is_secret(
    services: Services, http: FlaskClient, token: str, log: io.StringIO
) -> None:
    """The tokens and the passwords, of what goes well and of what does not."""
    page = opened(http, "/setup", token)
    sent(http, page, repeated_password="different")
    sent(http, page)
    sent(http, page)
    link = reset_link(services, services.people.list()[0].id)
    sent(http, opened(http, "/welcome", link), new_password="yet another", repeated_password="yet another")
    opened(http, "/welcome", link)
    pending = reset_link(services, services.people.list()[0].id)
    with services.database.snapshot() as connection:
        rows = "".join(str(connection.execute(select(table)).all()) for table in tables(connection))

    assert "signed_in" in log.getvalue()
    for secret in (token, link, pending, NEW, "yet another"):
        assert secret not in log.getvalue()
        assert secret not in rows
