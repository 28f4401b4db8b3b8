"""Token exchange (RFC 8693): less of the same, for those who may."""

from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.builders import make_client
from tests.conftest import Clock
from tests.foreign_issuer import ForeignIssuer
from tests.journeys.token_exchange.conftest import (
    ORDERS,
    SCOPE,
    STOCK,
    Credentials,
    error_of,
    exchange,
    own_token,
    said,
)
from validators.metadata_members import TOKEN_EXCHANGE
from validators.resource_directory import ResourceDirectory
from validators.subject_tokens import ACCESS_TOKEN, ID_TOKEN, JWT

pytestmark = pytest.mark.journey


def test_a_resource_server_calls_another(
    http: FlaskClient, services: Services, tokens: dict[str, Any], orders: Credentials, ada: str
) -> None:
    """RFC 8693 §2.2.1: impersonation; the life is the new resource's."""
    response = exchange(http, orders, tokens["access_token"])
    answer, token = response.get_json(), said(services, response)

    assert response.headers["Cache-Control"] == "no-store"
    assert set(answer) == {"access_token", "issued_token_type", "token_type", "expires_in", "scope"}
    assert (answer["issued_token_type"], answer["token_type"]) == (ACCESS_TOKEN, "Bearer")
    assert (answer["expires_in"], answer["scope"]) == (300, "read write")
    assert (token.subject, token.client_id, token.audience) == (ada, orders[0].client_id, STOCK)
    assert token.is_exchanged
    assert token.actor is None


def test_a_client_narrows_its_own_token(
    http: FlaskClient, services: Services, tokens: dict[str, Any], web: Credentials
) -> None:
    """RFC 8693 §1.1: without a target the audience stays; scope only shrinks."""
    response = exchange(http, web, tokens["access_token"], resource=None, scope="read")

    assert said(services, response).audience == ORDERS
    assert response.get_json()["scope"] == "read"


def test_a_jwt_comes_when_asked(
    http: FlaskClient, services: Services, tokens: dict[str, Any], orders: Credentials, ada: str
) -> None:
    """RFC 8693 §2.1: requested_token_type; the resource's tokens are opaque otherwise."""
    response = exchange(http, orders, tokens["access_token"], requested_token_type=JWT)
    claims = jwt.decode(response.get_json()["access_token"], options={"verify_signature": False})

    assert response.get_json()["issued_token_type"] == JWT
    assert (claims["sub"], claims["client_id"], claims["aud"]) == (ada, orders[0].client_id, STOCK)
    assert said(services, response).is_exchanged


def test_an_id_token_is_exchanged_by_its_client(
    http: FlaskClient, services: Services, tokens: dict[str, Any], web: Credentials, orders: Credentials
) -> None:
    """RFC 8693 §3: it stands for its grant, and is nobody else's."""
    form = {"subject_token_type": ID_TOKEN}

    assert said(services, exchange(http, web, tokens["id_token"], **form)).scopes == SCOPE.split()
    assert error_of(exchange(http, orders, tokens["id_token"], **form)) == (400, "invalid_request")
    assert error_of(exchange(http, web, tokens["id_token"], resource=None, **form)) == (400, "invalid_target")


def test_a_client_exchanges_what_it_has_for_itself(
    http: FlaskClient, services: Services, orders: Credentials
) -> None:
    """Without a person: it ends with the client."""
    mine = own_token(http, orders, resource=ORDERS, scope="read sync")
    token = said(services, exchange(http, orders, mine, scope="read"))

    assert (token.subject, token.client_id, token.scope) == (None, orders[0].client_id, "read")
    assert not token.is_exchanged


@pytest.mark.parametrize("requested", [ACCESS_TOKEN, JWT])
def test_another_clients_own_token_speaks_of_that_client(
    http: FlaskClient, services: Services, orders: Credentials, requested: str
) -> None:
    """It ends when either of both clients is gone."""
    caller = make_client(
        services, grant_types=["client_credentials"], response_types=[], scope="read", redirect_uris=[]
    )
    ResourceDirectory(services.database, services.clock, services.settings.issuer).create(
        "https://open.example", client_ids=[caller[0].client_id], server_ids=[orders[0].client_id]
    )
    sent = own_token(http, caller, resource="https://open.example")

    response = exchange(http, orders, sent, requested_token_type=requested)
    token = said(services, response)
    services.client_directory.delete(caller[0].client_id)

    assert (token.subject, token.client_id) == (caller[0].client_id, orders[0].client_id)
    assert services.access_tokens.check(response.get_json()["access_token"]) is None


def test_a_trusted_issuers_jwt_is_exchanged(
    http: FlaskClient, services: Services, orders: Credentials, ada: str
) -> None:
    """RFC 8693 §2.1: for the person it means, within what its issuer may grant and what it is good for."""
    issuer = ForeignIssuer(services).trusted(subject="username", scope="read sync")
    response = exchange(http, orders, issuer.sign("ada", jti=None), subject_token_type=JWT)
    less = exchange(http, orders, issuer.sign("ada", scope="read"), subject_token_type=JWT)
    wider = exchange(http, orders, issuer.sign("ada"), subject_token_type=JWT, scope="write")
    token = said(services, response)

    assert (token.subject, token.client_id, token.scope) == (ada, orders[0].client_id, "read sync")
    assert token.expires_at == services.clock() + 300
    assert said(services, less).scope == "read"
    assert error_of(wider) == (400, "invalid_scope")


def test_an_exchanged_token_is_exchanged_within_the_first(
    http: FlaskClient, services: Services, tokens: dict[str, Any], orders: Credentials, clock: Clock
) -> None:
    """It ends no later and says no more; time passes on."""
    first = exchange(http, orders, tokens["access_token"], scope="read").get_json()["access_token"]
    clock.advance(seconds=100)
    second = exchange(http, orders, first)

    assert second.get_json()["expires_in"] == 200
    assert said(services, second).scope == "read"
    assert error_of(exchange(http, orders, first, scope="write")) == (400, "invalid_scope")


def test_resource_and_audience_may_say_the_same(
    http: FlaskClient, tokens: dict[str, Any], orders: Credentials
) -> None:
    """RFC 8693 §2.1."""
    assert exchange(http, orders, tokens["access_token"], audience=STOCK).status_code == 200


def test_discovery_lists_it(http: FlaskClient) -> None:
    """RFC 8414 §2: what is switched on."""
    listed = http.get("/.well-known/openid-configuration").get_json()["grant_types_supported"]

    assert TOKEN_EXCHANGE in listed
