"""Authorization requests that clients push (RFC 9126)."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.factory import create_app
from provider.wiring import Services
from tests.assertions import ISSUER, KeyHolder
from tests.browser import Browser, answer_of, redeem, request_of
from tests.builders import REDIRECT_URI, make_client
from tests.conftest import Clock
from validators.client import Client

pytestmark = pytest.mark.journey

URN = "urn:ietf:params:oauth:request_uri:"


def push(http: FlaskClient, client: Client, secret: str, /, **parameters: Any) -> TestResponse:
    """Push a request with the client's secret; ``None`` leaves a parameter out."""
    return http.post("/par", data=request_of(client, **parameters), auth=(client.client_id, secret))


def pushed(http: FlaskClient, client: Client, secret: str, /, **parameters: Any) -> str:
    """Push a request; return its name."""
    response = push(http, client, secret, **parameters)
    assert response.status_code == 201, response.text
    return str(response.get_json()["request_uri"])


def visit(browser: Browser, client: Client, request_uri: str, /, **beside: str) -> TestResponse:
    """Send the browser to the provider with the name alone."""
    query = {"client_id": client.client_id, "request_uri": request_uri} | beside
    return browser.http.get("/authorize", query_string=query)


def test_a_pushed_request_is_answered(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 9126 §2.2, §4: 201, a name of its own, and the browser needs no more than that."""
    client, secret = make_client(services)
    response = push(http, client, secret, state="pushed")
    body = response.get_json()

    answer = answer_of(browser.follow(visit(browser, client, body["request_uri"])))

    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    assert body["request_uri"].startswith(URN)
    assert len(body["request_uri"]) >= len(URN) + 43  # 256 bits
    assert body["expires_in"] == 60
    assert answer["state"] == "pushed"
    assert redeem(http, client, secret, answer["code"]).status_code == 200


@pytest.mark.security
def test_what_is_sent_beside_it_counts_for_nothing(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 9126 §4, RFC 9101 §6.3: no state, scope, nonce or redirect URI from the query."""
    client, secret = make_client(services)
    name = pushed(http, client, secret, state=None)

    beside = {"state": "outside", "scope": "openid email", "redirect_uri": "https://evil.example/"}
    response = browser.follow(visit(browser, client, name, **beside))

    assert response.location.startswith(REDIRECT_URI)
    assert answer_of(response).keys() == {"code", "iss", "session_state"}


@pytest.mark.security
def test_a_pushed_request_is_answered_once(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """RFC 9126 §7.3; loading the page twice before that is no use of it."""
    client, secret = make_client(services)
    name = pushed(http, client, secret)
    first, second = visit(signed_in, client, name), visit(signed_in, client, name)

    answer = answer_of(signed_in.follow(first))
    again = visit(signed_in, client, name)

    assert first.location == second.location
    assert "code" in answer
    assert again.status_code == 400
    assert again.location is None


@pytest.mark.security
def test_another_client_cannot_use_it(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """RFC 9126 §2.2: bound to the client that pushed it."""
    client, secret = make_client(services)
    other, _ = make_client(services)
    name = pushed(http, client, secret)

    response = visit(signed_in, other, name)

    assert response.status_code == 400
    assert response.location is None


@pytest.mark.security
def test_another_browser_cannot_take_it_over(
    services: Services, http: FlaskClient, app: Flask, browser: Browser, ada: str
) -> None:
    """RFC 9126 §7.1: once a person has seen a page for it, it is that browser's."""
    client, secret = make_client(services)
    name = pushed(http, client, secret)
    visit(browser, client, name)

    response = visit(Browser(app.test_client()), client, name)

    assert response.status_code == 400
    assert response.location is None


def test_it_expires(services: Services, http: FlaskClient, signed_in: Browser, clock: Clock) -> None:
    """RFC 9126 §2.2: after ``expires_in`` seconds."""
    client, secret = make_client(services)
    name = pushed(http, client, secret)
    clock.advance(seconds=60)

    assert visit(signed_in, client, name).status_code == 400


def test_a_person_may_take_their_time(
    services: Services, http: FlaskClient, browser: Browser, ada: str, clock: Clock
) -> None:
    """The short life is that of the way to the browser; there it waits as long as any other."""
    client, secret = make_client(services)
    page = visit(browser, client, pushed(http, client, secret))
    clock.advance(seconds=500)

    assert "code" in answer_of(browser.follow(page))


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        pytest.param({"response_type": None}, "invalid_request", id="no response_type"),
        pytest.param({"response_type": "id_token", "nonce": "n"}, "unauthorized_client", id="response_type"),
        pytest.param({"response_type": "nonsense"}, "unsupported_response_type", id="unknown response_type"),
        pytest.param({"scope": "openid other"}, "invalid_scope", id="scope"),
        pytest.param({"redirect_uri": "https://evil.example/"}, "invalid_request", id="redirect_uri"),
        pytest.param({"request_uri": f"{URN}x"}, "invalid_request", id="request_uri"),
        pytest.param({"code_challenge_method": "plain"}, "invalid_request", id="plain"),
        pytest.param({"request": "e30."}, "invalid_request_object", id="request"),
        pytest.param({"state": ["a", "b"]}, "invalid_request", id="twice"),
    ],
)
def test_a_bad_request_is_refused_at_once(
    services: Services, http: FlaskClient, parameters: dict[str, Any], error: str
) -> None:
    """RFC 9126 §2.3: in JSON, with the code that the authorization endpoint would use."""
    client, secret = make_client(services)

    response = push(http, client, secret, **parameters)

    assert (response.status_code, response.get_json()["error"]) == (400, error)


def test_the_client_must_prove_itself(services: Services, http: FlaskClient) -> None:
    """RFC 9126 §2: as at the token endpoint."""
    client, secret = make_client(services)

    for response in (push(http, client, "wrong"), push(http, client, secret, client_id="other")):
        assert (response.status_code, response.get_json()["error"]) == (401, "invalid_client")
        assert response.headers["WWW-Authenticate"].startswith("Basic ")


def test_a_public_client_pushes_by_name(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 9126 §2: a client without credentials sends its ``client_id``."""
    client, _ = make_client(services, token_endpoint_auth_method="none")
    response = http.post("/par", data=request_of(client))

    assert response.status_code == 201
    answer = answer_of(browser.follow(visit(browser, client, response.get_json()["request_uri"])))
    assert "code" in answer


def assertion_of(client: Client, holder: KeyHolder, clock: Clock, **claims: Any) -> dict[str, str]:
    said = {"iss": client.client_id, "sub": client.client_id, "exp": clock() + 60, "jti": "one"} | claims
    return {
        "client_assertion": holder.sign(said),
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }


@pytest.mark.parametrize("audience", [ISSUER, f"{ISSUER}/token", f"{ISSUER}/par"])
def test_an_assertion_may_be_made_out_to_it(
    services: Services, http: FlaskClient, clock: Clock, audience: str
) -> None:
    """RFC 9126 §2: the issuer, the token endpoint, or this endpoint."""
    holder = KeyHolder("ES256")
    client, _ = make_client(
        services, token_endpoint_auth_method="private_key_jwt", jwks={"keys": [holder.jwk]}
    )

    response = http.post("/par", data=request_of(client) | assertion_of(client, holder, clock, aud=audience))

    assert response.status_code == 201, response.text


@pytest.mark.security
def test_elsewhere_that_assertion_is_not_good(services: Services, http: FlaskClient, clock: Clock) -> None:
    """RFC 7523 §3: an audience of one endpoint alone."""
    holder = KeyHolder("ES256")
    client, _ = make_client(
        services, token_endpoint_auth_method="private_key_jwt", jwks={"keys": [holder.jwk]}
    )

    data = {"token": "x", **assertion_of(client, holder, clock, aud=f"{ISSUER}/par")}

    assert http.post("/revoke", data=data).status_code == 401


def test_a_signed_request_is_pushed(
    services: Services, http: FlaskClient, browser: Browser, ada: str, clock: Clock
) -> None:
    """RFC 9126 §3: what the object says, and nothing beside it."""
    holder = KeyHolder("ES256")
    client, secret = make_client(services, jwks={"keys": [holder.jwk]}, require_signed_request_object=True)
    said = request_of(client) | {"iss": client.client_id, "aud": ISSUER, "state": "signed"}
    response = http.post(
        "/par", data={"request": holder.sign(said), "state": "beside"}, auth=(client.client_id, secret)
    )

    answer = answer_of(browser.follow(visit(browser, client, response.get_json()["request_uri"])))

    assert answer["state"] == "signed"


@pytest.mark.security
def test_some_clients_always_push(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """RFC 9126 §6."""
    client, secret = make_client(services, require_pushed_authorization_requests=True)

    refused = answer_of(signed_in.authorize(client))
    name = pushed(http, client, secret)

    assert refused["error"] == "invalid_request"
    assert "code" in answer_of(signed_in.follow(visit(signed_in, client, name)))


@pytest.mark.security
def test_all_clients_may_have_to(services: Services, browser: Browser, ada: str) -> None:
    """RFC 9126 §5: PAPER_REQUIRE_PUSHED_REQUESTS, and discovery says so."""
    client, _ = make_client(services)
    services.settings = replace(services.settings, require_pushed_requests="yes")
    app = create_app(services=services)
    elsewhere = Browser(app.test_client())

    assert answer_of(elsewhere.authorize(client))["error"] == "invalid_request"
    document = elsewhere.http.get("/.well-known/openid-configuration").get_json()
    assert document["require_pushed_authorization_requests"] is True


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_post_pushes(http: FlaskClient, method: str) -> None:
    """RFC 9126 §2.3: 405 for anything else."""
    assert http.open("/par", method=method).status_code == 405


def test_a_name_is_used_up_by_an_error_too(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """RFC 9126 §4: one-time, whatever the answer."""
    client, secret = make_client(services)
    name = pushed(http, client, secret, prompt="none", scope="openid profile")

    assert answer_of(visit(signed_in, client, name))["error"] == "consent_required"
    assert visit(signed_in, client, name).status_code == 400
