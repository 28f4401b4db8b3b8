"""/setup and /welcome: what they show, what they refuse, and where they lead."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.user import User
from provider.factory import create_app
from provider.wiring import Services
from tests.browser import hidden_fields
from tests.builders import PASSWORD, make_user
from tests.provider.page import Page
from validators.audit_directory import AuditDirectory

NEW = "a new one, longer"
DAY = 86400


def offered(services: Services) -> str:
    token = services.set_up.offer()
    assert token is not None
    return token


def link_for(services: Services, user: str | User) -> str:
    link = services.account_links.issue(user if isinstance(user, str) else user.id, DAY)
    assert link is not None
    return link.token


def send(
    http: FlaskClient, path: str, token: str, new: str = NEW, again: str | None = None, **typed: str
) -> TestResponse:
    page = http.get(path, query_string={"token": token})
    assert page.status_code == 200, page.text
    passwords = {"new_password": new, "repeated_password": new if again is None else again}
    return http.post(path, data=hidden_fields(page) | passwords | typed)


def events_of(services: Services) -> list[tuple[str, str | None]]:
    found = AuditDirectory(services.database, services.digests).list(limit=100)
    return [(each.event, each.user_id) for each in reversed(found)]


def test_the_first_operator_is_made_and_signed_in(services: Services, http: FlaskClient) -> None:
    """And led to the home page; each step is a security event."""
    answer = send(http, "/setup", offered(services), username=" Ada ")

    (user,) = services.people.list()
    assert (answer.status_code, answer.location) == (303, "/")
    assert (user.name, user.is_operator) == ("Ada", True)
    assert "Ada" in Page(http.get("/").text).require("signed-in-as").text
    assert services.people.authenticate("ada", NEW) is not None
    assert events_of(services) == [("operator_made", user.id), ("signed_in", user.id)]


@pytest.mark.parametrize(
    ("typed", "wrong", "says"),
    [
        pytest.param({"username": "a@b"}, "username", "A name has 1 to 64", id="name"),
        pytest.param({"username": ""}, "username", "A name has 1 to 64", id="no-name"),
        pytest.param({"username": "a\u0000"}, "username", "A name has 1 to 64", id="control"),
        pytest.param({"new": "short"}, "new-password", "A password has at least 8", id="short"),
        pytest.param({"again": "another one"}, "new-password", "The two new passwords differ.", id="differ"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_stored(
    services: Services, http: FlaskClient, typed: dict[str, str], wrong: str, says: str
) -> None:
    """WCAG 2.2 §3.3.1: which field, and what is allowed; no password is shown again, and the link stays."""
    token = offered(services)

    answer = send(http, "/setup", token, **({"username": "ada"} | typed))

    page = Page(answer.text)
    assert says in page.require("setup-error").text
    assert page.require("setup-error").attributes["role"] == "alert"
    assert page.require(wrong).attributes["aria-invalid"] == "true"
    assert page.require("new-password").attributes.get("value", "") == ""
    assert services.people.list() == []
    assert services.set_up.is_open(token)


def test_nothing_waits_for_the_set_up(services: Services, http: FlaskClient) -> None:
    """Endpoints and pages answer as ever while a link is pending."""
    offered(services)

    for path in ("/", "/login", "/jwks", "/readyz", "/.well-known/openid-configuration"):
        assert http.get(path).status_code == 200


def test_a_link_that_is_over_says_what_to_run(services: Services, http: FlaskClient) -> None:
    """Expired, used or unknown: the way to a fresh one."""
    page = Page(http.get("/setup?token=unknown").text)

    assert page.require("command").text == "flask user setup-link"
    assert page.by_id("sign-in") is None


def test_once_somebody_is_there_the_link_leads_to_the_sign_in(services: Services, http: FlaskClient) -> None:
    """No command would print another one."""
    token = offered(services)
    make_user(services)

    answer = http.get("/setup", query_string={"token": token})

    page = Page(answer.text)
    assert answer.status_code == 404
    assert page.require("sign-in").attributes["href"] == "/login"
    assert page.by_id("command") is None


def test_an_invited_person_chooses_a_password(services: Services, http: FlaskClient) -> None:
    """And is signed in."""
    user = services.people.create("Minji")
    token = link_for(services, user)
    page = Page(http.get("/welcome", query_string={"token": token}).text)

    answer = send(http, "/welcome", token)

    assert page.all("h1")[0].text == "Choose a password"
    assert "Minji" in page.require("who").text
    assert page.by_id("effect") is None
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Minji" in Page(http.get("/").text).require("signed-in-as").text
    assert events_of(services) == [("password_set_by_link", user.id), ("signed_in", user.id)]


def test_a_reset_says_what_it_ends(services: Services, http: FlaskClient, ada: str) -> None:
    """Somebody who has a password already gives themselves another."""
    token = link_for(services, ada)
    page = Page(http.get("/welcome", query_string={"token": token}).text)

    send(http, "/welcome", token)

    assert page.all("h1")[0].text == "Choose a new password"
    assert "signed out" in page.require("effect").text
    assert services.people.authenticate("ada", NEW) is not None
    assert services.people.authenticate("ada", PASSWORD) is None


@pytest.mark.parametrize(("new", "again"), [("short", "short"), (NEW, "another one")])
def test_a_refused_password_leaves_the_link(
    services: Services, http: FlaskClient, ada: str, new: str, again: str
) -> None:
    """Whoever mistypes tries again."""
    token = link_for(services, ada)

    answer = send(http, "/welcome", token, new, again)

    assert Page(answer.text).require("welcome-error").attributes["role"] == "alert"
    assert services.account_links.find(token) is not None
    assert services.people.authenticate("ada", PASSWORD) is not None


def test_an_invitation_that_is_over_says_whom_to_ask(http: FlaskClient) -> None:
    """A person asks; an operator runs the command."""
    page = Page(http.get("/welcome?token=unknown").text)

    assert page.require("command").text == "flask user reset-link NAME"
    assert page.require("sign-in").attributes["href"] == "/login"


def test_pages_are_below_the_issuer_s_path(services: Services) -> None:
    """An issuer with a path has everything below it."""
    services.settings = replace(services.settings, issuer="https://id.example/tenant")
    http = create_app(services=services).test_client()

    page = http.get("/tenant/setup", query_string={"token": offered(services)}, base_url="https://id.example")

    assert 'action="/tenant/setup"' in page.text
