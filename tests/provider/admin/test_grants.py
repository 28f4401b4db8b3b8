"""Grants of a person, of a client, or of one at the other."""

from typing import Any

from keys import base64url
from provider.admin.listing import ROWS
from provider.wiring import Services
from tests.browser import Browser
from tests.builders import make_client
from tests.journeys.account.visit import tokens_of
from tests.provider.admin.visit import events_of, look, send, told
from tests.provider.page import Page
from tests.sqlite_only import database_url as database_url


def listed(page: Page) -> list[str]:
    return [
        item.attributes["id"] for item in page.all("li") if item.attributes.get("id", "").startswith("grant-")
    ]


def test_nothing_is_listed_before_it_is_said_whose(desk: Browser) -> None:
    """All grants there are would be too many to read."""
    assert look(desk, "/admin/grants").require("say-whose").text


def test_grants_of_a_person(services: Services, desk: Browser, elsewhere: Browser, grace: str) -> None:
    """By name, address or sub."""
    client, _, _ = tokens_of(services, elsewhere)
    tokens_of(services, desk)

    for person in ("grace", "grace@example.org", grace):
        page = look(desk, "/admin/grants", person=person)
        assert len(listed(page)) == 1
        assert client.client_id in page.html


def test_grants_of_a_client(services: Services, desk: Browser, elsewhere: Browser) -> None:
    """Of everybody, or of one person."""
    client, _, _ = tokens_of(services, elsewhere)
    desk.code_for(client)

    assert len(listed(look(desk, "/admin/grants", client_id=client.client_id))) == 2
    assert len(listed(look(desk, "/admin/grants", client_id=client.client_id, person="grace"))) == 1
    assert look(desk, "/admin/grants", client_id="another").require("no-grants").text


def test_nobody_has_none(desk: Browser) -> None:
    """A name that was mistyped is not taken for nobody's."""
    page = look(desk, "/admin/grants", person="nobody", client_id="x")

    assert page.require("nobody").text
    assert look(desk, "/admin/grants", person="\u200b").require("nobody").text


def test_one_is_revoked(services: Services, desk: Browser, elsewhere: Browser, grace: str) -> None:
    """With every token it ever gave; the event names person, client and operator."""
    client, _, tokens = tokens_of(services, elsewhere)
    query = {"person": "grace"}
    grant = listed(look(desk, "/admin/grants", **query))[0].removeprefix("grant-")

    answer = send(desk, "/admin/grants", query, grant=grant)

    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert answer.location == "/admin/grants?person=grace"
    assert told(desk, answer) == "The grant is revoked."
    assert elsewhere.http.get("/userinfo", headers=bearer).status_code == 401
    assert "Revoked" in look(desk, "/admin/grants", **query).require("grants").text
    (event,) = events_of(services)
    assert (event.user_id, event.client_id) == (grace, client.client_id)
    assert f'"grant": "{grant}"' in event.details


def test_what_is_no_grant_is_not_there(services: Services, desk: Browser, elsewhere: Browser) -> None:
    """Malformed or unknown."""
    tokens_of(services, elsewhere)

    for grant in ("", "x", "A" * 22, "A" * 5000, "한"):
        assert send(desk, "/admin/grants", {"person": "grace"}, grant=grant).status_code == 404


def test_more_are_on_the_next_page(services: Services, desk: Browser, grace: str) -> None:
    """Each comes once, those of one second too."""
    client, _ = make_client(services)
    for number in range(ROWS + 2):
        record = services.codes.new_grant(
            **GRANT, client_id=client.client_id, user_id=grace, login_session_id=bytes(16)
        )
        services.grants.insert(record._replace(created_at=number // 10))

    first = look(desk, "/admin/grants", person=grace)
    second = look(desk, first.require("more").attributes["href"])
    lost = look(desk, "/admin/grants", person=grace, after=base64url.encode(bytes(16)))

    assert (len(listed(first)), len(listed(second))) == (ROWS, 2)
    assert len({*listed(first), *listed(second)}) == ROWS + 2
    assert listed(lost) == listed(first)


GRANT: dict[str, Any] = {
    **dict.fromkeys(("claims", "nonce", "redirect_uri", "code_challenge")),
    **{"scope": "openid", "resource": "", "auth_time": 0, "amr": "pwd"},
}
