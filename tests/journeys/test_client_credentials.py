"""The client credentials grant: a client for itself, without a row (RFC 6749 §4.4)."""

from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.browser import client_request, token_request
from tests.builders import RESOURCE, make_client, make_public_client, make_resource
from tests.conftest import Clock
from validators.client import Client

pytestmark = pytest.mark.journey


@pytest.fixture
def machine(services: Services) -> tuple[Client, str]:
    """A client that acts for itself."""
    return make_machine(services)


def make_machine(services: Services, **metadata: Any) -> tuple[Client, str]:
    """Register one, with two scope values of its own and two of OpenID Connect's."""
    return make_client(
        services,
        **({"grant_types": ["client_credentials"], "redirect_uris": [], "scope": SCOPE} | metadata),
    )


SCOPE = "openid email jobs.read jobs.write"


def ask(http: FlaskClient, machine: tuple[Client, str], **form: Any) -> TestResponse:
    """Ask for a token."""
    return token_request(http, *machine, grant_type="client_credentials", **form)


def introspect(http: FlaskClient, caller: tuple[Client, str], token: str) -> dict[str, Any]:
    """Return what the caller is shown of a token."""
    return client_request(http, "/introspect", *caller, token=token).get_json()  # type: ignore[no-any-return]


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def test_a_client_gets_a_token_for_itself(http: FlaskClient, machine: tuple[Client, str]) -> None:
    """RFC 6749 §4.4.3: no refresh token; without a scope all of its own, none of OpenID Connect's."""
    answer = ask(http, machine)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    token = answer.get_json()
    assert token.keys() == {"access_token", "token_type", "expires_in", "scope"}
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 900)
    assert token["scope"] == "jobs.read jobs.write"


def test_it_asks_for_less(http: FlaskClient, machine: tuple[Client, str]) -> None:
    """RFC 6749 §3.3."""
    assert ask(http, machine, scope="jobs.read").get_json()["scope"] == "jobs.read"


@pytest.mark.parametrize("access_token_format", ["opaque", "jwt"])
def test_nothing_is_read_or_written(
    services: Services, http: FlaskClient, statements: list[str], access_token_format: str
) -> None:
    """DESIGN §4: no statement at all once the client is cached."""
    machine = make_machine(services, paper_access_token_format=access_token_format)
    ask(http, machine)
    statements.clear()

    token = ask(http, machine).get_json()["access_token"]

    assert statements == []
    assert token.count(".") == (2 if access_token_format == "jwt" else 0)


def test_a_token_for_a_resource(services: Services, http: FlaskClient, statements: list[str]) -> None:
    """RFC 8707 §2.2, RFC 9068 §2.2: audience, life and format are the resource's; nothing is written."""
    make_resource(services, token_seconds=120)
    machine = make_machine(services, scope=f"{SCOPE} photos.read")
    ask(http, machine, resource=RESOURCE)
    statements.clear()

    token = ask(http, machine, resource=RESOURCE).get_json()

    assert statements == []
    assert (token["scope"], token["expires_in"]) == ("photos.read", 120)
    claims = claims_of(token["access_token"])
    client_id = machine[0].client_id
    assert {name: claims[name] for name in ("iss", "aud", "sub", "client_id", "scope")} == {
        "iss": services.settings.issuer,
        "aud": RESOURCE,
        "sub": client_id,
        "client_id": client_id,
        "scope": "photos.read",
    }
    assert claims["exp"] - claims["iat"] == 120
    assert jwt.get_unverified_header(token["access_token"])["typ"] == "at+jwt"


def test_a_client_without_a_scope_has_those_of_the_resource(services: Services, http: FlaskClient) -> None:
    """RFC 6749 §3.3: the default is what the request is for."""
    make_resource(services)
    machine = make_client(services, grant_types=["client_credentials"], redirect_uris=[])

    assert ask(http, machine, resource=RESOURCE).get_json()["scope"] == "photos.read photos.write"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        pytest.param({"scope": "openid"}, "invalid_scope", id="openid"),
        pytest.param({"scope": "jobs.read email"}, "invalid_scope", id="email"),
        pytest.param({"scope": "offline_access"}, "invalid_scope", id="offline_access"),
        pytest.param({"scope": "jobs.delete"}, "invalid_scope", id="wider"),
        pytest.param({"scope": 'jobs.read "'}, "invalid_scope", id="malformed"),
        pytest.param({"resource": "https://elsewhere.example"}, "invalid_target", id="unknown-resource"),
        pytest.param({"resource": f"{RESOURCE}/"}, "invalid_target", id="slash"),
        pytest.param({"resource": f"{RESOURCE}#f"}, "invalid_target", id="fragment"),
        pytest.param({"resource": "photos"}, "invalid_target", id="relative"),
        pytest.param({"resource": [RESOURCE, "http://localhost:9031"]}, "invalid_target", id="two"),
    ],
)
@pytest.mark.security
def test_what_it_may_not_ask_is_refused(
    services: Services, http: FlaskClient, machine: tuple[Client, str], form: dict[str, Any], error: str
) -> None:
    """RFC 6749 §5.2, RFC 8707 §2.2; nobody is there whom OpenID Connect's scopes could speak of."""
    make_resource(services)

    answer = ask(http, machine, **form)

    assert (answer.status_code, answer.get_json()["error"]) == (400, error)


@pytest.mark.security
def test_a_resource_for_others_is_refused(services: Services, http: FlaskClient) -> None:
    """RFC 8707 §2: only the clients that an operator has named."""
    first, other = make_machine(services, scope="photos.read"), make_machine(services, scope="photos.read")
    make_resource(services, client_ids=[first[0].client_id])

    assert ask(http, first, resource=RESOURCE).status_code == 200
    assert ask(http, other, resource=RESOURCE).get_json()["error"] == "invalid_target"


@pytest.mark.security
def test_a_client_without_the_grant_type_is_refused(services: Services, http: FlaskClient) -> None:
    """RFC 6749 §5.2: unauthorized_client."""
    answer = ask(http, make_client(services))

    assert (answer.status_code, answer.get_json()["error"]) == (400, "unauthorized_client")


@pytest.mark.security
def test_a_public_client_is_refused(services: Services, http: FlaskClient) -> None:
    """RFC 6749 §4.4: confidential clients only."""
    answer = ask(http, (make_public_client(services), ""))

    assert answer.status_code == 401
    assert answer.get_json()["error"] == "invalid_client"


@pytest.mark.security
def test_a_swapped_secret_is_refused(services: Services, http: FlaskClient) -> None:
    """RFC 6749 §10.1: a secret is good for its own client alone."""
    first, other = make_machine(services), make_machine(services)

    answer = ask(http, (first[0], other[1]))

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")


@pytest.mark.security
@pytest.mark.parametrize("access_token_format", ["opaque", "jwt"])
def test_a_deleted_clients_token_is_dead_at_once(
    services: Services, http: FlaskClient, clock: Clock, access_token_format: str
) -> None:
    """DESIGN §4: alive means that the client is; a new one is refused when the cache has lapsed."""
    machine = make_machine(services, paper_access_token_format=access_token_format)
    watcher = make_client(services)
    token = ask(http, machine).get_json()["access_token"]
    before = introspect(http, watcher, token)

    services.client_directory.delete(machine[0].client_id)

    assert before["active"] is True
    assert introspect(http, watcher, token) == {"active": False}
    clock.advance(seconds=services.settings.client_cache_seconds)
    assert ask(http, machine).status_code == 401


@pytest.mark.security
def test_a_token_ends_when_it_says(services: Services, http: FlaskClient, clock: Clock) -> None:
    """RFC 6749 §4.2.2: expires_in."""
    machine = make_machine(services)
    token = ask(http, machine).get_json()["access_token"]

    clock.advance(seconds=899)
    last = introspect(http, machine, token)
    clock.advance(seconds=1)

    assert last["active"] is True
    assert introspect(http, machine, token) == {"active": False}


def test_it_is_introspected_by_one_read(
    services: Services, http: FlaskClient, machine: tuple[Client, str], clock: Clock, statements: list[str]
) -> None:
    """RFC 7662 §2.2: no person, so no username and no auth_time."""
    token = ask(http, machine, scope="jobs.read").get_json()["access_token"]
    statements.clear()

    seen = introspect(http, machine, token)

    assert statements == ["SELECT"]
    assert seen.pop("jti")
    assert seen == {
        "active": True,
        "scope": "jobs.read",
        "client_id": machine[0].client_id,
        "sub": machine[0].client_id,
        "token_type": "Bearer",
        "iat": clock(),
        "exp": clock() + 900,
        "aud": services.settings.issuer,
        "iss": services.settings.issuer,
    }


def test_it_is_no_use_at_userinfo(http: FlaskClient, machine: tuple[Client, str]) -> None:
    """OpenID Connect Core §5.3: there is nobody to speak of."""
    token = ask(http, machine).get_json()["access_token"]

    answer = http.get("/userinfo", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code in (401, 403)
