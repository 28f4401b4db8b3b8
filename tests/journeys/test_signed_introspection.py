"""Introspection responses as signed JWTs (RFC 9701)."""

from dataclasses import replace
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.browser import Browser, client_request, redeem
from tests.builders import make_client
from tests.conftest import Clock
from validators.client import Client

pytestmark = pytest.mark.journey

Caller = tuple[Client, str]
SIGNED = "application/token-introspection+jwt"


@pytest.fixture
def api(services: Services) -> Caller:
    """A resource server."""
    return make_client(services, grant_types=[], response_types=[], redirect_uris=[])


@pytest.fixture
def token(services: Services, http: FlaskClient, browser: Browser, ada: str) -> str:
    """An access token of another client, for Paper itself."""
    client, secret = make_client(services)
    return str(redeem(http, client, secret, browser.code_for(client)).get_json()["access_token"])


def send(http: FlaskClient, caller: Caller, token: str, **form: Any) -> TestResponse:
    return client_request(http, "/introspect", *caller, token=token, **form)


def test_the_answer_is_signed_when_asked_so(
    services: Services, http: FlaskClient, api: Caller, token: str, clock: Clock
) -> None:
    """RFC 9701 §5: type, issuer, audience, time; no sub and no exp beside token_introspection."""
    plain = send(http, api, token).get_json()

    answer = send(http, api, token, accept=SIGNED)

    assert answer.status_code == 200
    assert answer.content_type == SIGNED
    assert answer.headers["Cache-Control"] == "no-store"
    header = jwt.get_unverified_header(answer.text)
    assert (header["typ"], header["alg"]) == ("token-introspection+jwt", "RS256")
    key = jwt.PyJWKSet.from_dict(http.get("/jwks").get_json())[header["kid"]]
    options: Any = {"verify_iat": False}
    claims = jwt.decode(answer.text, key, ["RS256"], audience=api[0].client_id, options=options)
    assert claims == {
        "iss": services.settings.issuer,
        "aud": api[0].client_id,
        "iat": clock(),
        "token_introspection": plain,
    }


def test_it_is_signed_with_the_clients_algorithm(services: Services, http: FlaskClient) -> None:
    """RFC 9701 §6: introspection_signed_response_alg; an inactive token is told so in a JWT too."""
    api = make_client(services, introspection_signed_response_alg="ES256")

    answer = send(http, api, "unknown", accept=SIGNED)

    assert jwt.get_unverified_header(answer.text)["alg"] == "ES256"
    claims = jwt.decode(answer.text, options={"verify_signature": False})
    assert claims["token_introspection"] == {"active": False}


@pytest.mark.security
@pytest.mark.parametrize("registered", [None, "RS256"])
def test_a_profile_narrows_what_it_is_signed_with(
    services: Services, http: FlaskClient, registered: str | None
) -> None:
    """FAPI 2.0 Security Profile §5.4.1: PS256, ES256 or EdDSA, whatever was registered before the profile."""
    api = make_client(services, introspection_signed_response_alg=registered)
    by_default = send(http, api, "unknown", accept=SIGNED)
    services.settings = replace(services.settings, profile="fapi2")
    services.__dict__.pop("clients")
    client = services.clients.get(api[0].client_id)

    assert jwt.get_unverified_header(by_default.text)["alg"] == "RS256"
    assert client is not None
    assert client.introspection_alg == "ES256"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        pytest.param("application/json", "application/json", id="json"),
        pytest.param("*/*", "application/json", id="anything"),
        pytest.param("application/*", "application/json", id="any-application"),
        pytest.param(f"{SIGNED}, application/json;q=0.5", SIGNED, id="rather-signed"),
        pytest.param(f"{SIGNED};q=0.5, application/json", "application/json", id="rather-json"),
        pytest.param(f"{SIGNED}, */*", SIGNED, id="signed-or-anything"),
        pytest.param(f"{SIGNED};q=0", "application/json", id="not-signed"),
        pytest.param(",;q", "application/json", id="odd"),
    ],
)
def test_the_form_of_the_answer(http: FlaskClient, api: Caller, accept: str, media_type: str) -> None:
    """RFC 9701 §4, RFC 9110 §12.5.1."""
    answer = send(http, api, "unknown", accept=accept)

    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.headers["Vary"] == "Accept"


def test_an_algorithm_without_a_key_is_not_registered(services: Services) -> None:
    """RFC 9701 §6: what is registered can be answered."""
    with pytest.raises(Exception, match="introspection_signed_response_alg: has no key"):
        make_client(services, introspection_signed_response_alg="PS512")


@pytest.mark.security
def test_a_signed_answer_is_no_token(http: FlaskClient, api: Caller, token: str) -> None:
    """RFC 9701 §8.1: neither at UserInfo nor here."""
    signed = send(http, api, token, accept=SIGNED).text

    assert http.get("/userinfo", headers={"Authorization": f"Bearer {signed}"}).status_code == 401
    assert send(http, api, signed).get_json() == {"active": False}
