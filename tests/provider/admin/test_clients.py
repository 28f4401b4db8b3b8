"""The list of clients, and one client."""

from typing import Any

from provider.admin.listing import ROWS
from provider.wiring import Services
from tests.browser import Browser, redeem
from tests.builders import REDIRECT_URI, make_client, make_public_client
from tests.provider.admin.visit import events_of, look, send, told
from tests.provider.page import Page
from tests.sqlite_only import database_url as database_url


def listed(page: Page) -> list[str]:
    return [
        item.attributes["data-client-id"] for item in page.all("li") if "data-client-id" in item.attributes
    ]


def test_clients_are_listed(services: Services, desk: Browser) -> None:
    """With a word for those that nobody has let in yet."""
    client, _ = make_client(services)
    page = look(desk, "/admin/clients")

    assert listed(page) == [client.client_id]
    assert "Nobody has let it in yet" in page.html
    desk.code_for(client)
    assert "First let in: " in look(desk, "/admin/clients").html


def test_there_may_be_none(desk: Browser) -> None:
    """A new provider."""
    page = look(desk, "/admin/clients")

    assert page.require("no-clients").text == "There are no clients yet."
    assert look(desk, "/admin/clients", q="x").require("no-clients").text == "Nothing is found."


def test_a_client_is_found_by_a_word(services: Services, desk: Browser) -> None:
    """In identifier, name or redirect URI; the word stays in the field."""
    make_client(services)
    notes = make_public_client(services, redirect_uris=["org.example.notes:/cb"])

    page = look(desk, "/admin/clients", q="example.NOTES")

    assert listed(page) == [notes.client_id]
    assert page.require("q").attributes["value"] == "example.NOTES"


def test_more_are_on_the_next_page(services: Services, desk: Browser) -> None:
    """Each comes once, and the word goes along."""
    for number in range(ROWS + 2):
        make_client(services, client_id=f"app-{number:03}")

    first = look(desk, "/admin/clients", q="app")
    second = look(desk, first.require("more").attributes["href"])

    assert (len(listed(first)), len(listed(second))) == (ROWS, 2)
    assert len({*listed(first), *listed(second)}) == ROWS + 2
    assert second.by_id("more") is None
    assert second.require("q").attributes["value"] == "app"


def test_one_client_is_shown_whole(services: Services, desk: Browser) -> None:
    """Its members, its metadata, and where to look further."""
    client, secret = make_client(services, scope="openid email", contacts=["ops@client.example"])

    page = look(desk, "/admin/client", client_id=client.client_id)

    assert page.require("client-name").text == "Photo Library"
    assert page.require("client-id").text == client.client_id
    assert "ops@client.example" in page.require("metadata").text
    assert secret not in page.html
    assert page.by_id("rotate-secret") is not None


def test_an_unknown_client_is_a_page_that_is_not_there(desk: Browser) -> None:
    """Deleted, never there, or not even an identifier."""
    for query in ({}, {"client_id": "nobody"}, {"client_id": "한"}, {"client_id": "x" * 5000}):
        assert desk.http.get("/admin/client", query_string=query).status_code == 404


def test_a_sign_in_can_be_tried(services: Services, desk: Browser) -> None:
    """The link is an authorization request that ends at the client, with a code that nobody can redeem."""
    for client, secret in (make_client(services), (make_public_client(services), "")):
        page = look(desk, "/admin/client", client_id=client.client_id)
        answer = desk.follow(desk.http.get(page.require("trial").attributes["href"]))

        assert answer.location.startswith(f"{REDIRECT_URI}?code=")
        code = answer.location.partition("code=")[2].partition("&")[0]
        assert redeem(desk.http, client, secret, code).status_code == 400


def test_no_link_can_try_some(services: Services, desk: Browser) -> None:
    """RFC 9126 §5, RFC 9101 §10.5, RFC 6749 §4.4."""
    documents: list[dict[str, Any]] = [
        {"require_pushed_authorization_requests": True},
        {"grant_types": ["client_credentials"], "redirect_uris": []},
    ]
    for document in documents:
        client, _ = make_client(services, **document)
        page = look(desk, "/admin/client", client_id=client.client_id)

        assert page.by_id("trial") is None
        assert page.require("no-trial").text


def test_a_new_secret_takes_the_place_of_the_old(services: Services, desk: Browser, ada: str) -> None:
    """After a question; the event names who did it."""
    client, old = make_client(services)
    query = {"client_id": client.client_id}
    points = look(desk, "/admin/client/secret", **query).require("what-follows").text
    assert "within 10 seconds" in points  # PAPER_CLIENT_CACHE_SECONDS

    answer = send(desk, "/admin/client/secret", query)

    new = Page(answer.text).require("client-secret").text
    code = desk.code_for(client)
    assert answer.headers["Cache-Control"] == "no-store"
    assert redeem(desk.http, client, old, code).status_code == 401
    assert redeem(desk.http, client, new, code).status_code == 200
    (event,) = events_of(services)
    assert event.client_id == client.client_id
    assert f'"action": "client rotate-secret", "operator": "{ada}", "operator_name": "ada"' in event.details


def test_a_client_without_a_secret_gets_none(services: Services, desk: Browser) -> None:
    """It is told why, and nothing is an event."""
    client = make_public_client(services)
    query = {"client_id": client.client_id}

    assert look(desk, "/admin/client", **query).by_id("rotate-secret") is None
    assert "has no secret" in told(desk, send(desk, "/admin/client/secret", query))
    assert events_of(services) == []


def test_a_client_is_deleted_after_a_question(services: Services, desk: Browser) -> None:
    """With all that was granted to it."""
    client, secret = make_client(services)
    code = desk.code_for(client)
    query = {"client_id": client.client_id}

    assert told(desk, send(desk, "/admin/client/delete", query)) == "The client is deleted."

    assert services.client_directory.show(client.client_id) is None
    assert redeem(desk.http, client, secret, code).status_code in (400, 401)
    assert desk.http.get("/admin/client/delete", query_string=query).status_code == 404
    assert [event.client_id for event in events_of(services)] == [client.client_id]
