"""One person: what is shown, what may be taken away and given back."""

import re

import pytest
from flask import Flask

from provider.wiring import Services
from tests.browser import Browser
from tests.builders import PASSWORD, make_user
from tests.journeys.account.visit import is_signed_in, sign_in, tokens_of
from tests.provider.admin.visit import events_of, look, send, told
from tests.sqlite_only import database_url as database_url


def ids(page_html: str) -> list[str]:
    return re.findall(r'id="session-([^"]+)"', page_html)


def test_a_person_is_shown(desk: Browser, elsewhere: Browser, grace: str) -> None:
    """Claims, state, where they are signed in; no hash of a password."""
    page = look(desk, "/admin/person", sub=grace)

    assert page.require("person-name").text == "grace"
    assert page.require("sub").text == grace
    assert page.require("person-email").text == "grace@example.org"
    assert "Firefox on Linux" in page.require("sessions").text
    assert page.require("no-apps").text
    assert page.by_id("this-session") is None
    assert "argon2" not in page.html


def test_one_sees_oneself(desk: Browser, ada: str) -> None:
    """And which browser it is."""
    page = look(desk, "/admin/person", sub=ada)

    assert page.require("is-operator").text == "Operator"
    assert page.require("this-session").text == "This browser"


@pytest.mark.parametrize("sub", ["", "ada", "ada@example.org", "nobody", "\u200b"])
def test_only_a_sub_names_a_person(desk: Browser, sub: str) -> None:
    """One address for one person."""
    assert desk.http.get("/admin/person", query_string={"sub": sub}).status_code == 404


def test_one_browser_is_signed_out(
    services: Services, desk: Browser, elsewhere: Browser, app: Flask, grace: str
) -> None:
    """The other one stays."""
    other = sign_in(app, "grace")
    sessions = ids(look(desk, "/admin/person", sub=grace).html)

    answer = send(desk, "/admin/person", {"sub": grace}, decision="end-session", session=sessions[0])

    assert told(desk, answer) == "That browser is signed out."
    assert sorted((is_signed_in(elsewhere), is_signed_in(other))) == [False, True]
    assert ids(look(desk, "/admin/person", sub=grace).html) == sessions[1:]
    assert [event.user_id for event in events_of(services)] == [grace]


def test_every_browser_is_signed_out(desk: Browser, elsewhere: Browser, app: Flask, grace: str) -> None:
    """The operator's own is somebody else's."""
    other = sign_in(app, "grace")

    answer = send(desk, "/admin/person", {"sub": grace}, decision="end-sessions")

    assert told(desk, answer) == "Every browser of this person is signed out."
    assert not is_signed_in(elsewhere)
    assert not is_signed_in(other)
    assert look(desk, "/admin/person", sub=grace).require("no-sessions").text


def test_an_application_is_disconnected(
    services: Services, desk: Browser, elsewhere: Browser, grace: str
) -> None:
    """Its tokens are refused at once."""
    client, _, tokens = tokens_of(services, elsewhere)
    assert client.client_id in look(desk, "/admin/person", sub=grace).html

    answer = send(desk, "/admin/person", {"sub": grace}, decision="disconnect", client_id=client.client_id)

    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert told(desk, answer) == "The application is disconnected."
    assert elsewhere.http.get("/userinfo", headers=bearer).status_code == 401
    assert [(event.user_id, event.client_id) for event in events_of(services)] == [(grace, client.client_id)]


@pytest.mark.parametrize("decision", ["", "delete", "make-operator"])
def test_no_other_decision_is_known(
    services: Services, desk: Browser, elsewhere: Browser, grace: str, decision: str
) -> None:
    """What is grave has a page of its own."""
    assert send(desk, "/admin/person", {"sub": grace}, decision=decision).status_code == 404
    assert events_of(services) == []


def test_somebody_is_disabled_and_enabled(
    services: Services, desk: Browser, elsewhere: Browser, grace: str
) -> None:
    """Their very next request is refused."""
    query = {"sub": grace}

    assert told(desk, send(desk, "/admin/person/disable", query)) == "This person is disabled."
    assert not is_signed_in(elsewhere)
    assert services.people.authenticate("grace", PASSWORD) is None
    assert look(desk, "/admin/person", sub=grace).require("is-disabled").text == "Disabled"

    answer = send(desk, "/admin/person", query, decision="enable")
    assert told(desk, answer) == "This person can sign in again."
    assert services.people.authenticate("grace", PASSWORD) is not None
    assert [
        '"user disable"' in events_of(services)[0].details,
        '"user enable"' in events_of(services)[1].details,
    ] == [True, True]


def test_somebody_is_deleted(services: Services, desk: Browser, elsewhere: Browser, grace: str) -> None:
    """The way goes on at the list."""
    answer = send(desk, "/admin/person/delete", {"sub": grace})

    assert answer.location == "/admin/people"
    assert told(desk, answer) == "The person is deleted."
    assert services.people.find(grace) is None
    assert not is_signed_in(elsewhere)


def test_somebody_becomes_an_operator_and_is_none_again(
    services: Services, desk: Browser, elsewhere: Browser, grace: str
) -> None:
    """Both count at their next request, and are events of their own name as well."""
    query = {"sub": grace}

    assert elsewhere.http.get("/admin").status_code == 404
    assert told(desk, send(desk, "/admin/person/operator", query)) == "This person is an operator now."
    assert elsewhere.http.get("/admin").status_code == 200
    answer = send(desk, "/admin/person/operator/remove", query)
    assert told(desk, answer) == "This person is no operator any more."
    assert elsewhere.http.get("/admin").status_code == 404
    assert [event.user_id for event in events_of(services)] == [grace, grace]
    assert [event.user_id for event in events_of(services, "operator_made")] == [grace]
    assert [event.user_id for event in events_of(services, "operator_removed")] == [grace]


@pytest.mark.parametrize("path", ["disable", "delete", "operator/remove"])
def test_the_last_operator_stays(services: Services, desk: Browser, ada: str, path: str) -> None:
    """Nobody could operate the provider any more; one who cannot sign in does not count."""
    services.people.make_operator(make_user(services, "minji", password=None))

    answer = send(desk, f"/admin/person/{path}", {"sub": ada})

    assert told(desk, answer).startswith("This is the last operator")
    assert look(desk, "/admin/person", sub=ada).require("last-operator").text
    assert events_of(services) == []


@pytest.mark.parametrize("path", ["disable", "delete", "operator/remove"])
def test_one_of_two_operators_may_go(
    services: Services, desk: Browser, grace: str, ada: str, path: str
) -> None:
    """Oneself included; the pages are closed at once."""
    services.people.make_operator(grace)

    assert send(desk, f"/admin/person/{path}", {"sub": ada}).status_code == 303

    assert desk.http.get("/admin").status_code in (303, 404)
    assert services.people.is_last_operator(grace)
