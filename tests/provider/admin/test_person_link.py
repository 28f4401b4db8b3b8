"""Links by which a person chooses a password."""

from urllib.parse import urlsplit

from flask import Flask

from provider.wiring import Services
from tests.browser import Browser, hidden_fields
from tests.builders import PASSWORD
from tests.conftest import Clock
from tests.journeys.account.visit import NEW_PASSWORD
from tests.provider.admin.visit import events_of, look, send, told
from tests.provider.page import Page
from tests.sqlite_only import database_url as database_url


def choose(app: Flask, link: str, password: str) -> int:
    """Follow a link in a browser of one's own and choose a password; return the status of the answer."""
    http = app.test_client()
    parts = urlsplit(link)
    page = http.get(parts.path, query_string=parts.query)
    chosen = {"new_password": password, "repeated_password": password}
    return http.post(parts.path, data=hidden_fields(page) | chosen).status_code


def test_a_new_person_is_invited(services: Services, desk: Browser, app: Flask, ada: str) -> None:
    """The link is in the answer alone; its event names who made it."""
    answer = send(desk, "/admin/people/new", name="minji", decision="invite")

    link = Page(answer.text).require("account-link").text
    user = services.people.find("minji")
    assert user is not None
    assert answer.headers["Cache-Control"] == "no-store"
    assert choose(app, link, NEW_PASSWORD) == 303
    assert services.people.authenticate("minji", NEW_PASSWORD) is not None
    made, invited = events_of(services)
    assert (made.user_id, invited.user_id) == (user.id, user.id)
    assert f'"action": "user invite", "operator": "{ada}"' in invited.details
    assert urlsplit(link).query.partition("=")[2] not in invited.details


def test_somebody_may_be_invited_later(services: Services, desk: Browser, clock: Clock) -> None:
    """For three days."""
    minji = services.people.create("minji").id
    assert look(desk, "/admin/person", sub=minji).require("link").text == "Invite by a link"

    page = Page(send(desk, "/admin/person/link", {"sub": minji}).text)

    token = urlsplit(page.require("account-link").text).query.partition("=")[2]
    clock.advance(seconds=3 * 86400 - 1)
    assert services.account_links.find(token) is not None
    clock.advance(seconds=1)
    assert services.account_links.find(token) is None


def test_somebody_gets_a_new_password(services: Services, desk: Browser, app: Flask, grace: str) -> None:
    """The old one is good until then, and only the last link is."""
    query = {"sub": grace}
    first, second = (
        Page(send(desk, "/admin/person/link", query).text).require("account-link").text for _ in range(2)
    )

    assert services.people.authenticate("grace", PASSWORD) is not None
    assert choose(app, second, NEW_PASSWORD) == 303
    assert services.people.authenticate("grace", NEW_PASSWORD) is not None
    assert first != second
    assert '"user reset-link"' in events_of(services)[0].details


def test_the_disabled_get_none(services: Services, desk: Browser, grace: str) -> None:
    """It is said why."""
    services.people.disable(grace)
    query = {"sub": grace}

    assert look(desk, "/admin/person", sub=grace).by_id("link") is None
    assert told(desk, send(desk, "/admin/person/link", query)).startswith("A disabled person gets no link")
    assert events_of(services) == []
