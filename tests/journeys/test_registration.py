"""Clients that register, read, change and remove themselves (RFC 7591, RFC 7592)."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from provider.factory import create_app
from provider.upkeep import Upkeep
from provider.wiring import Services
from tests.assertions import ISSUER
from tests.browser import Browser
from tests.conftest import Clock
from tests.foreign_issuer import ForeignIssuer
from tests.registration import DOCUMENT, bearer, client_of, initial_tokens, manage, register, registered

pytestmark = pytest.mark.journey

LOGO = "https://client.example/logo.png"


@pytest.fixture
def http(services: Services) -> FlaskClient:
    """A provider at which anybody may register."""
    services.settings = replace(services.settings, registration="open")
    return create_app(services=services).test_client()


@pytest.fixture
def by_token(services: Services) -> FlaskClient:
    """A provider at which bearers of initial access tokens may register."""
    services.settings = replace(services.settings, registration="token")
    return create_app(services=services).test_client()


def test_a_client_is_registered(http: FlaskClient) -> None:
    """RFC 7591 §3.2.1, RFC 7592 §3: 201, what was sent, the defaults, and how to manage it."""
    response = register(http, logo_uri=LOGO, x_unknown=[1], **{"client_name#ko": "사진첩"})
    information = response.get_json()

    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    assert (
        information.items()
        >= {**DOCUMENT, "logo_uri": LOGO, "x_unknown": [1], "client_name#ko": "사진첩"}.items()
    )
    assert information["client_secret_expires_at"] == 0
    assert information["id_token_signed_response_alg"] == "RS256"
    assert information["registration_client_uri"] == f"{ISSUER}/register/{information['client_id']}"
    assert len(information["registration_access_token"]) == 43
    assert not any(name.startswith("paper_rules") for name in information)


def test_it_is_read_again(http: FlaskClient) -> None:
    """RFC 7592 §2.1: the same, without the secret, which nobody can read."""
    information = registered(http)

    shown = manage(http, "GET", information).get_json()

    assert shown == {name: value for name, value in information.items() if name != "client_secret"}


def test_it_is_replaced(services: Services, http: FlaskClient) -> None:
    """RFC 7592 §2.2: the document is the whole; what it leaves out falls back to its default."""
    information = registered(http, logo_uri=LOGO, contacts=["a@client.example"])
    document = {**DOCUMENT, "client_id": information["client_id"], "client_name": "Renamed"}
    del document["contacts"]

    replaced = manage(http, "PUT", information, json=document)

    assert replaced.status_code == 200
    assert replaced.get_json()["client_name"] == "Renamed"
    assert not {"logo_uri", "contacts"} & replaced.get_json().keys()
    assert client_of(services, information).client_name == "Renamed"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"client_id": None}, id="no client_id"),
        pytest.param({"client_id": "other"}, id="another client_id"),
        pytest.param({"client_secret": "s" * 43}, id="another secret"),
        pytest.param({"redirect_uris": ["http://client.example/"]}, id="bad member"),
    ],
)
def test_a_bad_replacement_changes_nothing(http: FlaskClient, changes: dict[str, Any]) -> None:
    """RFC 7592 §2.2: 400, as at registration."""
    information = registered(http)
    document = {**DOCUMENT, "client_id": information["client_id"], "client_name": "Renamed", **changes}

    refused = manage(
        http, "PUT", information, json={name: value for name, value in document.items() if value is not None}
    )

    assert refused.status_code == 400
    assert refused.get_json()["error"] in ("invalid_client_metadata", "invalid_redirect_uri")
    assert manage(http, "GET", information).get_json()["client_name"] == DOCUMENT["client_name"]


def test_it_is_removed(services: Services, http: FlaskClient) -> None:
    """RFC 7592 §2.3: 204; then neither the client nor its token exists."""
    information = registered(http)

    removed = manage(http, "DELETE", information)

    assert (removed.status_code, removed.data) == (204, b"")
    assert services.clients.fresh(information["client_id"], 1) is None
    for method in ("GET", "PUT", "DELETE"):
        assert manage(http, method, information, json={}).status_code == 401


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        pytest.param({"redirect_uris": ["https://client.example/#f"]}, "invalid_redirect_uri", id="fragment"),
        pytest.param({"redirect_uris": []}, "invalid_redirect_uri", id="no redirect URI"),
        pytest.param({"redirect_uris": "https://client.example/"}, "invalid_client_metadata", id="a text"),
        pytest.param({"response_types": ["nonsense"]}, "invalid_client_metadata", id="response type"),
        pytest.param({"grant_types": ["password"]}, "invalid_client_metadata", id="password"),
        pytest.param({"grant_types": ["client_credentials"]}, "invalid_client_metadata", id="no person"),
        pytest.param({"paper_skip_consent": True}, "invalid_client_metadata", id="operator's switch"),
        pytest.param({"jwks_uri": "http://127.0.0.1/jwks"}, "invalid_client_metadata", id="internal"),
        pytest.param({"logo_uri": "javascript:alert(1)"}, "invalid_client_metadata", id="script"),
        pytest.param({"initiate_login_uri": "http://c.example/"}, "invalid_client_metadata", id="no https"),
        pytest.param({"id_token_signed_response_alg": "none"}, "invalid_client_metadata", id="none"),
        pytest.param({"software_statement": "a.b.c"}, "invalid_software_statement", id="no statement"),
        pytest.param({"software_statement": 7}, "invalid_software_statement", id="number"),
    ],
)
def test_bad_metadata_is_refused(http: FlaskClient, metadata: dict[str, Any], error: str) -> None:
    """RFC 7591 §3.2.2: 400, JSON, and nothing is registered."""
    response = register(http, **metadata)

    assert (response.status_code, response.mimetype) == (400, "application/json")
    assert response.get_json()["error"] == error
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.security
@pytest.mark.parametrize(
    ("body", "mimetype", "status"),
    [
        pytest.param(b"{", "application/json", 400, id="broken"),
        pytest.param(b"[]", "application/json", 400, id="array"),
        pytest.param(b'{"a":1,"a":2}', "application/json", 400, id="twice"),
        pytest.param(b"\xff", "application/json", 400, id="not utf-8"),
        pytest.param(b"[" * 50_000, "application/json", 400, id="deep"),
        pytest.param(b'{"client_name":"' + b"x" * 70_000 + b'"}', "application/json", 413, id="huge"),
        pytest.param(b"redirect_uris=x", "application/x-www-form-urlencoded", 415, id="form"),
    ],
)
def test_a_bad_body_is_refused(http: FlaskClient, body: bytes, mimetype: str, status: int) -> None:
    """RFC 7591 §3.1: one JSON object; never a 500."""
    assert http.post("/register", data=body, content_type=mimetype).status_code == status


@pytest.mark.security
def test_only_its_own_token_manages_a_client(http: FlaskClient) -> None:
    """RFC 7592 §2: another client's is refused as an unknown one is."""
    mine, theirs = registered(http), registered(http)

    refused = [
        manage(http, method, mine, token=token, json={})
        for method in ("GET", "PUT", "DELETE")
        for token in (theirs["registration_access_token"], "x", mine["client_secret"])
    ]
    nobody = manage(http, "GET", mine | {"registration_client_uri": f"{ISSUER}/register/nobody"})
    silent = http.get(f"/register/{mine['client_id']}")

    assert {each.status_code for each in (*refused, nobody, silent)} == {401}
    assert 'error="invalid_token"' in refused[0].headers["WWW-Authenticate"]
    assert "error" not in silent.headers["WWW-Authenticate"]
    assert manage(http, "GET", mine).status_code == 200


def test_an_initial_token_lets_register(services: Services, by_token: FlaskClient, clock: Clock) -> None:
    """RFC 7591 §3.1: as often as the operator said, until it ends; a refused document spends nothing."""
    tokens = initial_tokens(services)
    _, once = tokens.create(uses=1)
    _, short = tokens.create(lifetime_seconds=60)

    refused = register(by_token, token=once, redirect_uris=[])
    first, second = register(by_token, token=once), register(by_token, token=once)
    in_time = register(by_token, token=short, grant_types=["client_credentials"], response_types=[])
    clock.advance(seconds=60)
    statuses = [
        register(by_token, token=short).status_code,
        register(by_token).status_code,
        register(by_token, token="x").status_code,
    ]

    assert [each.status_code for each in (refused, first, second, in_time)] == [400, 201, 401, 201]
    assert statuses == [401] * 3


def test_nobody_registers_unless_switched_on(app: Flask, services: Services) -> None:
    """DESIGN §6: off is off, and discovery does not speak of it."""
    http = app.test_client()

    assert register(http).status_code == 404
    assert "registration_endpoint" not in http.get("/.well-known/openid-configuration").get_json()


@pytest.mark.security
def test_registrations_from_one_address_are_few(services: Services) -> None:
    """DESIGN §6: 429 and when to come back."""
    services.settings = replace(services.settings, registration="open", registrations_per_minute=2)
    http = create_app(services=services).test_client()

    responses = [register(http) for _ in range(3)]

    assert [each.status_code for each in responses] == [201, 201, 429]
    assert responses[2].headers["Retry-After"] == "60"


def test_a_script_may_register(http: FlaskClient) -> None:
    """DESIGN §3: CORS for every origin, without credentials."""
    headers = {"Origin": "https://app.example", **bearer(None)}
    preflight = http.options("/register", headers={**headers, "Access-Control-Request-Method": "POST"})
    response = http.post("/register", json=DOCUMENT, headers=headers)

    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_software_statement_goes_before(services: Services, http: FlaskClient, clock: Clock) -> None:
    """RFC 7591 §2.3: what it says counts, and it comes back as it was sent."""
    issuer = ForeignIssuer(services).trusted(for_software=True)
    statement = issuer.sign("software", client_name="Approved", software_id="s-1", software_statement="x")

    information = registered(http, software_statement=statement, client_name="Self-styled")

    assert information["client_name"] == "Approved"
    assert information["software_id"] == "s-1"
    assert information["software_statement"] == statement


@pytest.mark.security
def test_statements_of_others_count_for_nothing(services: Services, http: FlaskClient, clock: Clock) -> None:
    """RFC 7591 §3.2.2: nobody's, that of one who is trusted for people alone, forged, or out of time."""
    stranger = ForeignIssuer(services, "https://stranger.example")
    for_people = ForeignIssuer(services, "https://people.example").trusted()
    issuer = ForeignIssuer(services).trusted(for_software=True)
    forged = issuer.sign("software", client_name="A").rsplit(".", 1)[0] + ".AAAA"
    statements = {
        stranger.sign("s"): "unapproved_software_statement",
        for_people.sign("s"): "unapproved_software_statement",
        forged: "invalid_software_statement",
        issuer.sign("s", exp=clock() - 1): "invalid_software_statement",
        issuer.sign("s", nbf=clock() + 60): "invalid_software_statement",
    }

    for statement, error in statements.items():
        response = register(http, software_statement=statement)
        assert (response.status_code, response.get_json()["error"]) == (400, error)


def test_clients_that_nobody_uses_go(services: Services, http: FlaskClient, ada: str, clock: Clock) -> None:
    """PAPER_REGISTRATION_UNUSED_SECONDS: those that a person has let in stay, and so do operators' own."""
    unused, used = registered(http), registered(http)
    Browser(http).code_for(client_of(services, used))
    clock.advance(seconds=services.settings.registration_unused_seconds)

    Upkeep(services).run_once()

    assert manage(http, "GET", unused).status_code == 401
    assert manage(http, "GET", used).status_code == 200
    assert register(http).status_code == 201
