"""Strangers at the registration endpoint (RFC 7591 §5, RFC 7592 §5)."""

import base64
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from models.client import ClientRow
from provider.factory import create_app
from provider.wiring import Services
from tests.browser import Browser
from tests.registration import client_of, manage, register, registered
from tests.sqlite_only import database_url as database_url

pytestmark = pytest.mark.security


@pytest.fixture
def http(services: Services) -> FlaskClient:
    """A way to a provider where anybody may register a few clients."""
    services.settings = replace(services.settings, registration="open", registrations_per_minute=8)
    return create_app(services=services).test_client()


@pytest.mark.parametrize(
    "member",
    [
        {"paper_profile": "legacy"},
        {"paper_require_pkce": False},
        {"paper_introspect": True},
        {"paper_rotate_refresh_tokens": False},
        {"paper_unheard_of": 1},
        {"grant_types": ["password"]},
        {"client_id": "chosen", "client_secret": "x" * 40},
    ],
    ids=lambda member: next(iter(member)),
)
def test_switches_are_the_operators(services: Services, http: FlaskClient, member: dict[str, Any]) -> None:
    """CVE-2026-107623, RFC 9700 §2.6: neither at first nor later, and no name is chosen."""
    own = registered(http)
    first = register(http, **member)
    document = {name: own[name] for name in ("redirect_uris", "grant_types", "token_endpoint_auth_method")}
    later = manage(http, "PUT", own, json=document | {"client_id": own["client_id"]} | member)

    assert first.status_code == 400 or first.get_json()["client_id"] != "chosen"
    assert later.status_code == 400


def test_a_replacement_loses_nothing(services: Services, http: FlaskClient) -> None:
    """CVE-2026-107623: what is shown can be sent back and is the same again, an operator's switches too."""
    own = registered(http, client_name="Shop", client_uri="https://client.example", unheard_of={"a": [1]})
    switches = {"paper_require_pkce": True, "paper_dpop_nonce": True}
    services.client_directory.update(own["client_id"], switches)
    shown = manage(http, "GET", own).get_json()
    own_words = {
        name: value
        for name, value in shown.items()
        if name
        not in {
            "registration_access_token",
            "registration_client_uri",
            "client_secret_expires_at",
            "client_id_issued_at",
        }
    }

    replaced = manage(http, "PUT", own, json=own_words)

    assert replaced.status_code == 200, replaced.text
    assert manage(http, "GET", own).get_json() == shown
    unnamed = {name: value for name, value in own_words.items() if name not in switches}
    assert manage(http, "PUT", own, json=unnamed).get_json().items() >= switches.items()


def test_one_client_does_not_manage_another(services: Services, http: FlaskClient) -> None:
    """RFC 7592 §2: the token is for one client; a deleted one's is for none, and its id never comes back."""
    own, other = registered(http), registered(http)
    stolen = other["registration_access_token"]

    statuses = [manage(http, method, own, token=stolen).status_code for method in ("GET", "DELETE")]
    deleted = manage(http, "DELETE", own).status_code
    after = [manage(http, method, own).status_code for method in ("GET", "DELETE")]

    assert (statuses, deleted, after) == ([401, 401], 204, [401, 401])
    assert client_of(services, other).client_id == other["client_id"]


def test_a_name_stays_one_line_of_text(services: Services, http: FlaskClient, ada: str) -> None:
    """CVE-2026-101062: markup is text; what would turn letters round or hide them is refused."""
    hostile = '<img src=x onerror="alert(1)">'
    own = registered(http, client_name=hostile)
    browser = Browser(http)
    page = http.get(browser.authorize(client_of(services, own)).location)
    refused = [
        register(http, client_name=name).status_code for name in ("a\u202eb", "a\u0000b", "x" * 10_000)
    ]

    assert hostile not in page.text
    assert "&lt;img" in page.text
    assert refused == [400] * 3


def test_registrations_are_few(http: FlaskClient) -> None:
    """RFC 7591 §5: one network fills no database; refused documents count as well."""
    statuses = [register(http, redirect_uris=["nonsense"]).status_code for _ in range(9)]
    limited = register(http)

    assert statuses == [400] * 8 + [429]
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "60")


def test_a_stolen_database_holds_no_registration_access_token(services: Services, http: FlaskClient) -> None:
    """Advisory 12, RFC 7592 §5: what is stored verifies the token and cannot be sent."""
    information = registered(http)
    with services.database.reading() as session:
        row = session.get_one(ClientRow, information["client_id"])

    stored = row.registration_access_token_digest
    assert stored is not None
    assert information["registration_access_token"].encode() not in stored
    assert manage(http, "GET", information).status_code == 200
    for guess in (stored.hex(), base64.urlsafe_b64encode(stored).decode().rstrip("=")):
        assert manage(http, "GET", information, token=guess).status_code == 401
