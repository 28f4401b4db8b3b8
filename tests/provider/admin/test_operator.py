"""Who gets to the operators' pages, and when they are asked for their password again."""

import pytest

from provider.admin.operator import RECENT_SECONDS
from provider.wiring import Services
from tests.browser import Browser
from tests.conftest import Clock
from tests.provider.admin.visit import look, send, told
from tests.sqlite_only import database_url as database_url

PAGES = [
    *("/admin", "/admin/clients", "/admin/people", "/admin/grants", "/admin/keys", "/admin/events"),
    *("/admin/health", "/admin/clients/new", "/admin/people/new"),
]


@pytest.mark.parametrize("path", PAGES)
def test_an_operator_comes_in(desk: Browser, path: str) -> None:
    """Every part is there, and says which it is."""
    page = look(desk, path)

    current = [link.attributes["id"] for link in page.all("a") if "aria-current" in link.attributes]
    assert len(current) == 1


def test_nobody_is_sent_to_sign_in_and_comes_back(services: Services, browser: Browser, ada: str) -> None:
    """To the very page that was asked for, query and all."""
    services.people.make_operator(ada)
    sent = browser.http.get("/admin/people", query_string={"q": "gra ce&x"})
    back = browser.sign_in(browser.http.get(sent.location))

    assert (sent.status_code, sent.location) == (303, "/login?page=admin/people?q%3Dgra%2Bce%2526x")
    assert (back.status_code, back.location) == (303, "/admin/people?q=gra+ce%26x")


def test_only_operators_are_led_there(services: Services, desk: Browser, elsewhere: Browser) -> None:
    """The home page and the account page have a link for them."""
    for path in ("/", "/account"):
        assert 'id="admin" href="/admin"' in desk.http.get(path).text
        assert "/admin" not in elsewhere.http.get(path).text


def test_a_form_is_shown_while_there_is_time_to_send_it(desk: Browser, clock: Clock) -> None:
    """Who has signed in long ago looks, but signs in again before they type."""
    clock.advance(seconds=RECENT_SECONDS // 2)

    look(desk, "/admin/people")
    sent = desk.http.get("/admin/people/new")
    back = desk.sign_in(desk.http.get(sent.location))

    assert (sent.status_code, sent.location) == (303, "/login?page=admin/people/new")
    assert back.location == "/admin/people/new"
    look(desk, "/admin/people/new")


def test_who_signs_in_again_is_told_so_and_may_stop(desk: Browser, clock: Clock) -> None:
    """OpenID Connect Core §3.1.2.1: the usual page, which knows the name."""
    clock.advance(seconds=RECENT_SECONDS)
    page = look(desk, desk.http.get("/admin/clients/new").location)

    assert page.require("login-reason").text
    assert page.require("username").attributes["value"] == "ada"


def test_a_form_sent_too_late_changes_nothing(
    services: Services, desk: Browser, grace: str, clock: Clock
) -> None:
    """The way back is to the page that the form was on."""
    query = {"sub": grace}
    page = desk.http.get("/admin/person/disable", query_string=query)
    clock.advance(seconds=RECENT_SECONDS)
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]

    late = desk.http.post("/admin/person/disable", query_string=query, data={"csrf_token": token})
    back = desk.sign_in(desk.http.get(late.location))

    assert late.status_code == 303
    assert back.location == f"/admin/person/disable?sub={grace}"
    assert services.people.authenticate("grace", "correct horse battery staple") is not None
    assert told(desk, send(desk, "/admin/person/disable", query)) == "This person is disabled."


def test_under_a_path_of_the_issuer_as_well(services: Services, ada: str) -> None:
    """OpenID Connect Discovery §3: an issuer may have a path."""
    from dataclasses import replace

    from provider.factory import create_app

    services.settings = replace(services.settings, issuer="http://localhost:9031/tenant")
    services.people.make_operator(ada)
    browser = Browser(create_app(services=services).test_client())
    sent = browser.http.get("/tenant/admin/keys")
    fields = {"username": "ada", "password": browser.password, "page": "admin/keys"}
    token = browser.http.get(sent.location).text.partition('name="csrf_token"')[2].partition('value="')[2]

    back = browser.http.post("/tenant/login", data=fields | {"csrf_token": token.partition('"')[0]})

    assert sent.location == "/tenant/login?page=admin/keys"
    assert back.location == "/tenant/admin/keys"
    assert browser.http.get(back.location).status_code == 200
