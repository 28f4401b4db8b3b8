"""Step-up (RFC 9470): an API's challenge, followed by its client, leads to a token that it takes."""

import re
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.factory import create_app
from provider.resource import require_oauth
from provider.wiring import Services
from tests.browser import Browser, client_request, redeem
from tests.builders import RESOURCE, make_client, make_resource
from tests.conftest import Clock
from validators.authentication_context import PASSWORD
from validators.client import Client

pytestmark = pytest.mark.journey

HOUR = 3600


@pytest.fixture
def app(services: Services) -> Flask:
    """A provider with an API of its own that wants a young sign-in of a certain kind."""
    app = create_app(services=services)

    @app.post("/payments")
    @require_oauth("pay", resource=RESOURCE, acr_values=[PASSWORD], max_age=60)
    def pay() -> dict[str, Any]:
        return {"paid": True}

    return app


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def client(services: Services) -> tuple[Client, str]:
    make_resource(services, scope="pay")
    return make_client(services)


def token_of(http: FlaskClient, browser: Browser, client: tuple[Client, str], **asked: Any) -> str:
    code = browser.code_for(client[0], scope="pay", resource=RESOURCE, **asked)
    return str(redeem(http, *client, code).get_json()["access_token"])


def pay(http: FlaskClient, token: str) -> TestResponse:
    return http.post("/payments", headers={"Authorization": f"Bearer {token}"})


def test_a_challenge_leads_to_a_token_that_will_do(
    http: FlaskClient, signed_in: Browser, client: tuple[Client, str], clock: Clock
) -> None:
    """RFC 9470 §3 to §6: what the challenge names goes into a new request; somebody signs in again."""
    clock.advance(seconds=HOUR)
    first = token_of(http, signed_in, client)
    refused = pay(http, first)
    challenge = dict(re.findall(r'(\w+)="([^"]*)"', refused.headers["WWW-Authenticate"]))
    signed_in.pages.clear()

    second = token_of(
        http, signed_in, client, acr_values=challenge["acr_values"], max_age=challenge["max_age"]
    )

    assert refused.status_code == 401
    assert challenge["error"] == "insufficient_user_authentication"
    assert "/login" in signed_in.pages
    assert pay(http, second).get_json() == {"paid": True}
    claims = jwt.decode(second, options={"verify_signature": False})
    told = client_request(http, "/introspect", *client, token=second).get_json()
    assert (claims["acr"], claims["auth_time"]) == (told["acr"], told["auth_time"]) == (PASSWORD, clock())
    assert pay(http, first).status_code == 401


def test_what_nobody_can_reach_is_said_at_once(
    http: FlaskClient, signed_in: Browser, client: tuple[Client, str]
) -> None:
    """OpenID Connect Core Unmet Authentication Requirements §3: an essential acr that Paper has not."""
    claims = '{"id_token": {"acr": {"essential": true, "values": ["urn:example:face-to-face"]}}}'

    response = signed_in.authorize(client[0], scope="openid", claims=claims)

    assert "error=unmet_authentication_requirements" in response.location
