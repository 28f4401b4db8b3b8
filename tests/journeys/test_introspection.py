"""What a token is, and who is told (RFC 7662)."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.database import Database
from models.errors import StoreUnavailable
from provider.wiring import Services
from tests.browser import Browser, client_request, redeem, refresh
from tests.builders import RESOURCE, make_client, make_public_client, make_resource
from tests.conftest import Clock
from validators.authentication_context import PASSWORD
from validators.client import Client

pytestmark = pytest.mark.journey

Caller = tuple[Client, str]
INACTIVE = {"active": False}
OFFLINE = "openid email offline_access"


@pytest.fixture
def owner(services: Services) -> Caller:
    """The client that gets the tokens."""
    return make_client(services)


@pytest.fixture
def tokens(http: FlaskClient, owner: Caller, browser: Browser, ada: str) -> dict[str, Any]:
    """Its tokens, for Paper itself."""
    return issue(http, owner, browser)


@pytest.fixture
def api(services: Services) -> Caller:
    """A resource server."""
    return make_client(services, grant_types=[], response_types=[], redirect_uris=[])


def issue(http: FlaskClient, owner: Caller, browser: Browser, **parameters: Any) -> dict[str, Any]:
    """Return the tokens of a new grant."""
    code = browser.code_for(owner[0], **({"scope": OFFLINE} | parameters))
    return redeem(http, *owner, code).get_json()  # type: ignore[no-any-return]


def send(http: FlaskClient, caller: Caller, token: str | None, **form: Any) -> TestResponse:
    return client_request(http, "/introspect", *caller, token=token, **form)


def seen(http: FlaskClient, caller: Caller, token: str, **form: Any) -> dict[str, Any]:
    """Return what the caller is told."""
    answer = send(http, caller, token, **form)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_json()  # type: ignore[no-any-return]


@pytest.mark.parametrize("access_token_format", ["opaque", "jwt"])
def test_an_access_token_is_described(
    services: Services,
    http: FlaskClient,
    browser: Browser,
    ada: str,
    api: Caller,
    clock: Clock,
    statements: list[str],
    access_token_format: str,
) -> None:
    """RFC 7662 §2.2, by one read, for both formats alike."""
    owner = make_client(services, paper_access_token_format=access_token_format)
    token = issue(http, owner, browser)["access_token"]
    client_request(http, "/introspect", *api, token="x")
    issued_at = clock()
    clock.advance(seconds=5)
    statements.clear()

    told = seen(http, api, token)

    assert statements == ["SELECT"]
    assert len(told.pop("jti")) == 22
    assert told == {
        "active": True,
        "scope": OFFLINE,
        "client_id": owner[0].client_id,
        "username": "ada",
        "token_type": "Bearer",
        "exp": issued_at + 900,
        "iat": issued_at,
        "sub": ada,
        "aud": services.settings.issuer,
        "iss": services.settings.issuer,
        "auth_time": issued_at,
        "acr": PASSWORD,
    }


@pytest.mark.parametrize("hint", [None, "access_token", "refresh_token", "unknown"])
def test_a_refresh_token_is_described_to_its_client(
    services: Services,
    http: FlaskClient,
    owner: Caller,
    tokens: dict[str, Any],
    ada: str,
    clock: Clock,
    hint: str | None,
) -> None:
    """RFC 7662 §2.1: the hint decides nothing. There is no token_type: nobody uses it at a resource."""
    told = seen(http, owner, tokens["refresh_token"], token_type_hint=hint)

    assert told == {
        "active": True,
        "scope": OFFLINE,
        "client_id": owner[0].client_id,
        "username": "ada",
        "exp": clock() + 30 * 86400,
        "iat": clock(),
        "sub": ada,
        "iss": services.settings.issuer,
        "auth_time": clock(),
        "acr": PASSWORD,
    }


@pytest.mark.security
def test_a_refresh_token_is_nothing_to_others(http: FlaskClient, api: Caller, tokens: dict[str, Any]) -> None:
    """DESIGN §6: own client only."""
    assert seen(http, api, tokens["refresh_token"]) == INACTIVE


@pytest.mark.security
def test_asking_for_an_old_refresh_token_ends_nothing(
    http: FlaskClient, owner: Caller, tokens: dict[str, Any], clock: Clock
) -> None:
    """RFC 7662 §2.2: a question is no use of the token, and so no replay."""
    latest = refresh(http, *owner, tokens["refresh_token"]).get_json()
    in_grace = seen(http, owner, tokens["refresh_token"])
    clock.advance(seconds=30)

    assert in_grace["active"] is True
    assert seen(http, owner, tokens["refresh_token"]) == INACTIVE
    assert seen(http, owner, latest["refresh_token"])["active"] is True


@pytest.mark.security
def test_who_sees_a_token_for_a_resource(
    services: Services, http: FlaskClient, owner: Caller, browser: Browser, ada: str, api: Caller
) -> None:
    """DESIGN §6: its own client and the clients of that resource; CVE-2026-18208."""
    stranger = make_client(services)
    make_resource(services, client_ids=[owner[0].client_id, api[0].client_id])
    token = issue(http, owner, browser, scope="photos.read", resource=RESOURCE)["access_token"]

    assert seen(http, owner, token)["aud"] == RESOURCE
    assert seen(http, api, token)["scope"] == "photos.read"
    assert seen(http, stranger, token) == INACTIVE


def test_a_resource_without_clients_is_everybodys(
    services: Services, http: FlaskClient, owner: Caller, browser: Browser, ada: str, api: Caller
) -> None:
    """DESIGN §6: all confidential ones if none is named."""
    make_resource(services)
    token = issue(http, owner, browser, scope="photos.read", resource=RESOURCE)["access_token"]

    assert seen(http, api, token)["active"] is True


@pytest.mark.security
@pytest.mark.parametrize("how", ["switched-off", "dynamic"])
def test_a_strangers_client_sees_only_its_own(
    services: Services, http: FlaskClient, tokens: dict[str, Any], how: str
) -> None:
    """DESIGN §6: a token for Paper itself is shown to clients that an operator has made."""
    if how == "dynamic":
        document = {"redirect_uris": ["https://stranger.example/cb"]}
        client, secret = services.client_directory.create(document, registered_by="dynamic")
    else:
        client, secret = make_client(services, paper_introspect=False)

    assert seen(http, (client, secret or ""), tokens["access_token"]) == INACTIVE


@pytest.mark.security
def test_a_public_client_is_refused(services: Services, http: FlaskClient, tokens: dict[str, Any]) -> None:
    """RFC 7662 §2.1, §4: anybody could be one and scan for tokens."""
    answer = send(http, (make_public_client(services), ""), tokens["access_token"])

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")


@pytest.mark.security
def test_a_wrong_secret_is_refused(http: FlaskClient, api: Caller, tokens: dict[str, Any]) -> None:
    """RFC 7662 §2.3."""
    answer = send(http, (api[0], "x" * 43), tokens["access_token"])

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_a_missing_token_is_an_error(http: FlaskClient, api: Caller) -> None:
    """RFC 7662 §2.1: token is required."""
    answer = send(http, api, None)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")


def test_only_post(http: FlaskClient) -> None:
    """RFC 7662 §2.1: a token in a query would be logged."""
    assert http.get("/introspect?token=x").status_code == 405


@pytest.mark.security
@pytest.mark.parametrize("event", ["revoked", "expired", "disabled", "client-deleted", "grant-revoked"])
@pytest.mark.parametrize("name", ["access_token", "refresh_token"])
def test_what_has_ended_is_inactive(
    services: Services,
    http: FlaskClient,
    owner: Caller,
    api: Caller,
    tokens: dict[str, Any],
    ada: str,
    clock: Clock,
    name: str,
    event: str,
) -> None:
    """RFC 7662 §2.2: nothing else is told of it; CVE-2026-1609: a disabled person, at every endpoint."""
    caller = owner if name == "refresh_token" and event != "client-deleted" else api
    match event:
        case "revoked":
            client_request(http, "/revoke", *owner, token=tokens[name])
        case "expired":
            clock.advance(seconds=31 * 86400)
        case "disabled":
            assert services.people.disable(ada)
        case "client-deleted":
            services.client_directory.delete(owner[0].client_id)
        case _:
            client_request(http, "/revoke", *owner, token=tokens["refresh_token"])

    assert seen(http, caller, tokens[name]) == INACTIVE


@pytest.mark.security
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda tokens: "unknown", id="unknown"),
        pytest.param(lambda tokens: "A" * 64, id="forged-refresh-token"),
        pytest.param(lambda tokens: "A" * 9000, id="long"),
        pytest.param(lambda tokens: "가나다.라마.바", id="hangul"),
        pytest.param(lambda tokens: tokens["id_token"], id="id_token"),
        pytest.param(lambda tokens: tokens["access_token"] + "A", id="changed"),
    ],
)
def test_what_is_no_token_is_inactive(
    http: FlaskClient, owner: Caller, tokens: dict[str, Any], make: Any
) -> None:
    """RFC 7662 §2.2: an ID token is no access token either."""
    assert seen(http, owner, make(tokens)) == INACTIVE


@pytest.mark.security
def test_an_unspent_code_is_inactive(http: FlaskClient, owner: Caller, browser: Browser, ada: str) -> None:
    """RFC 7662 §2: access and refresh tokens; the code stays unspent."""
    code = browser.code_for(owner[0])

    assert seen(http, owner, code) == INACTIVE
    assert redeem(http, *owner, code).status_code == 200


def test_a_lost_database_says_nothing(
    http: FlaskClient, api: Caller, tokens: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 7662 §2.2: neither active nor inactive is known."""

    def fail(*_: Any) -> None:
        raise StoreUnavailable("gone")

    seen(http, api, tokens["access_token"])
    monkeypatch.setattr(Database, "run", fail)

    assert send(http, api, tokens["access_token"]).status_code == 503


def test_discovery_names_both_endpoints(services: Services, http: FlaskClient) -> None:
    """RFC 8414 §2, RFC 9701 §7: public clients may revoke, and may not introspect."""
    document = http.get("/.well-known/oauth-authorization-server").get_json()
    issuer = services.settings.issuer

    assert document["revocation_endpoint"] == f"{issuer}/revoke"
    assert document["introspection_endpoint"] == f"{issuer}/introspect"
    assert "none" in document["revocation_endpoint_auth_methods_supported"]
    assert "none" not in document["introspection_endpoint_auth_methods_supported"]
    assert document["introspection_signing_alg_values_supported"] == ["RS256", "ES256"]
