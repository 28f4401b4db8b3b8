"""New clients and changed ones."""

import json
from typing import Any

import pytest

from provider.wiring import Services
from tests.browser import Browser
from tests.builders import REDIRECT_URI, make_client, make_public_client
from tests.provider.admin.visit import events_of, look, send, told
from tests.provider.page import Page
from tests.sqlite_only import database_url as database_url
from validators.metadata_members import TOKEN_EXCHANGE


def metadata_of(services: Services, client_id: str) -> dict[str, Any]:
    found = services.client_directory.show(client_id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        pytest.param("web", {"application_type": "web", "token_endpoint_auth_method": "client_secret_basic"}),
        pytest.param("native", {"application_type": "native", "token_endpoint_auth_method": "none"}),
        pytest.param("single-page", {"application_type": "web", "token_endpoint_auth_method": "none"}),
    ],
)
def test_a_kind_stands_for_members(
    services: Services, desk: Browser, kind: str, members: dict[str, str]
) -> None:
    """RFC 6749 §2.1: who can keep a secret gets one, in the answer alone."""
    answer = send(
        desk,
        "/admin/clients/new",
        client_name="Photos",
        kind=kind,
        redirect_uris=f"{REDIRECT_URI}\r\n\r\n  https://client.example/other ",
        scope="openid  email",
    )

    (made,) = services.client_directory.list()
    assert made.items() >= members.items()
    assert made["grant_types"] == ["authorization_code", "refresh_token"]
    assert made["redirect_uris"] == [REDIRECT_URI, "https://client.example/other"]
    assert made["scope"] == "openid email"
    assert (answer.status_code == 200) is (kind == "web")
    assert [event.client_id for event in events_of(services)] == [made["client_id"]]


def test_a_service_signs_nobody_in(services: Services, desk: Browser) -> None:
    """RFC 6749 §4.4: no redirect URI, no person."""
    answer = send(desk, "/admin/clients/new", client_name="Nightly", kind="service", redirect_uris="")

    (made,) = services.client_directory.list()
    assert (made["grant_types"], made["response_types"]) == (["client_credentials"], [])
    assert Page(answer.text).require("client-secret").text


def test_ticked_grant_types_count(services: Services, desk: Browser) -> None:
    """Rather than those of the kind."""
    send(
        desk,
        "/admin/clients/new",
        redirect_uris=REDIRECT_URI,
        grant_types=["authorization_code", "client_credentials"],
    )

    assert services.client_directory.list()[0]["grant_types"] == ["authorization_code", "client_credentials"]


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"redirect_uris": "ftp://x"}, id="scheme"),
        pytest.param({"redirect_uris": ""}, id="none"),
        pytest.param({"redirect_uris": REDIRECT_URI, "client_name": "a\x00b"}, id="control"),
        pytest.param({"redirect_uris": REDIRECT_URI, "grant_types": "magic"}, id="grant-type"),
        pytest.param({"redirect_uris": REDIRECT_URI, "scope": 'a"b'}, id="scope"),
        pytest.param({"redirect_uris": REDIRECT_URI, "client_name": "W" * 5000}, id="long"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    services: Services, desk: Browser, fields: dict[str, str]
) -> None:
    """WCAG 2.2 §3.3.1; nothing is stored."""
    answer = send(desk, "/admin/clients/new", **({"client_name": "Photos", "kind": "native"} | fields))

    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.require("desk-error").attributes["role"] == "alert"
    assert page.all("title")[0].text.startswith("Error")
    assert "checked" in page.require("kind-native").attributes
    assert page.require("redirect-uris").text == fields["redirect_uris"]
    assert services.client_directory.list() == []


def test_a_kind_that_is_none_is_a_web_application(services: Services, desk: Browser) -> None:
    """A form that somebody made themselves."""
    send(desk, "/admin/clients/new", kind="toaster", redirect_uris=REDIRECT_URI)

    assert services.client_directory.list()[0]["application_type"] == "web"


def test_a_document_makes_a_client(services: Services, desk: Browser) -> None:
    """RFC 7591 §2: every member; an identifier and a secret of one's own."""
    document = {
        "client_id": "moved-here",
        "client_secret": "a secret of at least 32 characters",
        "client_name": "사진첩",
        "redirect_uris": [REDIRECT_URI],
        "paper_skip_consent": True,
    }

    answer = send(desk, "/admin/clients/new/metadata", document=json.dumps(document))

    assert Page(answer.text).require("client-secret").text == document["client_secret"]
    assert metadata_of(services, "moved-here")["paper_skip_consent"] is True


@pytest.mark.parametrize(
    "document",
    [
        *("", "x", "[]", "{", '{"a": 1, "a": 2}', '{"redirect_uris": [1]}', '{"paper_unknown": true}'),
        *(
            '{"client_name": "\\u0000"}',
            '{"client_name": "\\ud800"}',
            "[" * 5000,
            '{"client_id": 7}',
            '{"x": NaN}',
        ),
    ],
)
def test_a_bad_document_is_shown_again(services: Services, desk: Browser, document: str) -> None:
    """With what is wrong; nothing is stored."""
    answer = send(desk, "/admin/clients/new/metadata", document=document)

    page = Page(answer.text)
    assert answer.status_code == 200
    assert page.require("desk-error").text
    assert page.require("document").text == document
    assert services.client_directory.list() == []


def test_common_members_are_changed_and_others_stay(services: Services, desk: Browser) -> None:
    """A grant type that the form would not offer is offered where the client has it."""
    client, _ = make_client(
        services, grant_types=["authorization_code", TOKEN_EXCHANGE], contacts=["ops@client.example"]
    )
    query = {"client_id": client.client_id}
    page = look(desk, "/admin/client/edit", **query)
    ticked = [each.attributes["value"] for each in page.all("input") if "checked" in each.attributes]

    answer = send(
        desk,
        "/admin/client/edit",
        query,
        client_name="",
        redirect_uris=REDIRECT_URI,
        grant_types=ticked,
        scope="openid",
    )

    changed = metadata_of(services, client.client_id)
    assert ticked == ["authorization_code", TOKEN_EXCHANGE]
    assert told(desk, answer) == "The client is changed."
    assert "client_name" not in changed
    assert (changed["scope"], changed["contacts"]) == ("openid", ["ops@client.example"])
    assert changed["grant_types"] == ["authorization_code", TOKEN_EXCHANGE]


def test_response_types_follow_the_grant_types(services: Services, desk: Browser) -> None:
    """RFC 7591 §2.1: a client that signs nobody in any more asks for no code."""
    client, _ = make_client(services)
    query = {"client_id": client.client_id}

    send(desk, "/admin/client/edit", query, redirect_uris="", grant_types="client_credentials")

    changed = metadata_of(services, client.client_id)
    assert (changed["grant_types"], changed["response_types"]) == (["client_credentials"], [])


def test_a_change_that_does_not_fit_is_refused(services: Services, desk: Browser) -> None:
    """The form comes back with it."""
    client = make_public_client(services)
    query = {"client_id": client.client_id}

    answer = send(
        desk, "/admin/client/edit", query, redirect_uris=REDIRECT_URI, grant_types="client_credentials"
    )

    assert "for clients that authenticate" in Page(answer.text).require("desk-error").text
    assert metadata_of(services, client.client_id)["grant_types"] == ["authorization_code", "refresh_token"]


def test_a_document_takes_the_place_of_the_metadata(services: Services, desk: Browser) -> None:
    """What it leaves out is gone; what was shown may be sent back as it is."""
    client, _ = make_client(services, client_uri="https://client.example/", contacts=["ops@client.example"])
    query = {"client_id": client.client_id}
    shown = look(desk, "/admin/client/metadata", **query).require("document").text

    before = metadata_of(services, client.client_id)
    send(desk, "/admin/client/metadata", query, document=shown)
    same = metadata_of(services, client.client_id)
    document = {name: value for name, value in json.loads(shown).items() if name != "contacts"}
    answer = send(
        desk, "/admin/client/metadata", query, document=json.dumps({**document, "client_name": "New"})
    )

    changed = metadata_of(services, client.client_id)
    assert same == before
    assert told(desk, answer) == "The client is changed."
    assert "contacts" not in changed
    assert changed["client_name"] == "New"


def test_a_change_that_needs_a_secret_shows_it(services: Services, desk: Browser) -> None:
    """RFC 7591 §3.2.1: a public client that becomes a confidential one."""
    client = make_public_client(services)
    query = {"client_id": client.client_id}
    document = {"redirect_uris": [REDIRECT_URI], "token_endpoint_auth_method": "client_secret_basic"}

    answer = send(desk, "/admin/client/metadata", query, document=json.dumps(document))

    assert len(Page(answer.text).require("client-secret").text) >= 32


def test_another_identifier_is_refused(services: Services, desk: Browser) -> None:
    """RFC 7592 §2.2."""
    client, _ = make_client(services)
    query = {"client_id": client.client_id}
    document = json.dumps({"client_id": "another", "redirect_uris": [REDIRECT_URI]})

    answer = send(desk, "/admin/client/metadata", query, document=document)

    assert "client_id: cannot be changed" in Page(answer.text).require("desk-error").text


def test_what_hides_is_shown_as_an_escape(services: Services, desk: Browser) -> None:
    """Trojan Source: a document is read by people; words of any language stay words."""
    client, _ = make_client(services, note="a\u202eb\u200bc한\U000e0041")
    text = look(desk, "/admin/client", client_id=client.client_id).require("metadata").text

    assert '"note": "a\\u202eb\\u200bc한\\udb40\\udc41"' in text
    assert json.loads(text)["note"] == "a\u202eb\u200bc한\U000e0041"
