"""A client that people sign in at, a resource server that calls another, and what they exchange."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.browser import Browser, redeem, token_request
from tests.builders import make_client
from validators.access_tokens import AccessToken
from validators.client import Client
from validators.metadata_members import TOKEN_EXCHANGE
from validators.resource_directory import ResourceDirectory
from validators.subject_tokens import ACCESS_TOKEN

ORDERS = "https://orders.example"
STOCK = "https://stock.example"
FOREIGN = "https://elsewhere.example"
SCOPE = "openid email read write"
Credentials = tuple[Client, str]


@pytest.fixture
def web(services: Services, ada: str) -> Credentials:
    """The client that Ada signs in at; it may exchange its own tokens too."""
    return make_client(
        services,
        grant_types=["authorization_code", "refresh_token", TOKEN_EXCHANGE],
        scope=f"{SCOPE} offline_access",
        paper_exchange_audiences=[STOCK],
    )


@pytest.fixture
def orders(services: Services, web: Credentials) -> Credentials:
    """The resource server of ORDERS, which may call STOCK and who also has tokens of its own."""
    orders = make_client(
        services,
        grant_types=["client_credentials", TOKEN_EXCHANGE],
        response_types=[],
        scope="read write sync",
        paper_exchange_audiences=[STOCK],
    )
    directory = ResourceDirectory(services.database, services.clock, services.settings.issuer)
    directory.create(
        ORDERS, client_ids=[web[0].client_id, orders[0].client_id], server_ids=[orders[0].client_id]
    )
    directory.create(STOCK, token_format="opaque", token_seconds=300)
    directory.create(FOREIGN)
    return orders


@pytest.fixture
def tokens(http: FlaskClient, browser: Browser, web: Credentials, orders: Credentials) -> dict[str, Any]:
    """Ada's tokens at ``web``, the access token for ORDERS."""
    code = browser.code_for(web[0], scope=SCOPE, resource=ORDERS)
    answer: dict[str, Any] = redeem(http, *web, code).get_json()
    return answer


def exchange(http: FlaskClient, client: Credentials, token: str, **form: Any) -> TestResponse:
    """Exchange a token, by default for one for STOCK."""
    defaults = {
        "grant_type": TOKEN_EXCHANGE,
        "subject_token": token,
        "subject_token_type": ACCESS_TOKEN,
        "resource": STOCK,
    }
    return token_request(http, *client, **(defaults | form))


def said(services: Services, response: TestResponse) -> AccessToken:
    """Return what a live access token in an answer says."""
    assert response.status_code == 200, response.text
    checked = services.access_tokens.check(response.get_json()["access_token"])
    assert checked is not None
    return checked[0]


def error_of(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json()["error"]


def own_token(http: FlaskClient, client: Credentials, **form: Any) -> str:
    """Return a token that a client has for itself."""
    answer = token_request(http, *client, grant_type="client_credentials", **form).get_json()
    return str(answer["access_token"])
