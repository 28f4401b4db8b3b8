"""Who acts for whom in exchanged tokens (RFC 8693 §4.1, §4.4)."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.foreign_issuer import ForeignIssuer
from tests.journeys.token_exchange.conftest import (
    STOCK,
    Credentials,
    error_of,
    exchange,
    own_token,
    said,
)
from validators.subject_tokens import ACCESS_TOKEN, JWT

pytestmark = pytest.mark.journey


def test_delegation_names_the_actor(
    http: FlaskClient, services: Services, tokens: dict[str, Any], orders: Credentials
) -> None:
    """RFC 8693 §4.1: the current actor outermost; a later exchange keeps them all."""
    actor = {"actor_token": own_token(http, orders, resource=STOCK), "actor_token_type": ACCESS_TOKEN}
    first = exchange(http, orders, tokens["access_token"], **actor)
    again = exchange(http, orders, first.get_json()["access_token"])
    deeper = exchange(http, orders, first.get_json()["access_token"], **actor)
    orders_id = orders[0].client_id

    assert said(services, first).actor == {"sub": orders_id}
    assert said(services, again).actor == {"sub": orders_id}
    assert said(services, deeper).actor == {"sub": orders_id, "act": {"sub": orders_id}}


def test_a_chain_of_actors_has_an_end(http: FlaskClient, tokens: dict[str, Any], orders: Credentials) -> None:
    """RFC 8693 §4.1: five are told, a sixth is refused."""
    actor = {"actor_token": own_token(http, orders, resource=STOCK), "actor_token_type": ACCESS_TOKEN}
    token = tokens["access_token"]
    for _ in range(5):
        token = exchange(http, orders, token, **actor).get_json()["access_token"]

    assert error_of(exchange(http, orders, token, **actor)) == (400, "invalid_request")


def test_an_actor_is_nobodys_subject(http: FlaskClient, tokens: dict[str, Any], orders: Credentials) -> None:
    """An actor who is acted for would hide who acts."""
    actor = {"actor_token": own_token(http, orders, resource=STOCK), "actor_token_type": ACCESS_TOKEN}
    delegated = exchange(http, orders, tokens["access_token"], **actor).get_json()["access_token"]

    refused = exchange(http, orders, tokens["access_token"], **(actor | {"actor_token": delegated}))

    assert error_of(refused) == (400, "invalid_request")


def test_a_foreign_actor_is_named_with_its_issuer(
    http: FlaskClient, services: Services, tokens: dict[str, Any], orders: Credentials
) -> None:
    """RFC 8693 §4.1: iss and sub together say who."""
    issuer = ForeignIssuer(services).trusted()
    response = exchange(
        http, orders, tokens["access_token"], actor_token=issuer.sign("robot"), actor_token_type=JWT
    )

    assert said(services, response).actor == {"sub": "robot", "iss": issuer.name}


def test_may_act_is_honoured(http: FlaskClient, services: Services, orders: Credentials) -> None:
    """RFC 8693 §4.4: somebody else than the named one is refused, the client itself included."""
    issuer = ForeignIssuer(services).trusted(subject="username", scope="read")
    actor = {"actor_token": issuer.sign("robot"), "actor_token_type": JWT}

    def ask(may_act: object, **form: str) -> TestResponse:
        return exchange(http, orders, issuer.sign("ada", may_act=may_act), subject_token_type=JWT, **form)

    assert ask({"sub": "robot", "iss": issuer.name}, **actor).status_code == 200
    assert ask({"client_id": orders[0].client_id}).status_code == 200
    for may_act in ({"sub": "robot"}, {"sub": orders[0].client_id, "email": "a@b.example"}, {}, "robot"):
        assert error_of(ask(may_act)) == (400, "invalid_request")
    assert error_of(ask({"sub": "other"}, **actor)) == (400, "invalid_request")


def test_a_foreign_chain_is_kept(http: FlaskClient, services: Services, orders: Credentials) -> None:
    """RFC 8693 §4.1: who acted before is not forgotten; what is no chain is refused."""
    issuer = ForeignIssuer(services).trusted(subject="username", scope="read")
    act = {"sub": "one", "email": "not told", "act": {"sub": "two"}}
    response = exchange(http, orders, issuer.sign("ada", act=act), subject_token_type=JWT)

    assert said(services, response).actor == {"sub": "one", "act": {"sub": "two"}}
    for wrong in ("one", {"sub": 1}, {"iss": "x"}, {"sub": "one", "act": []}, {"sub": "x" * 3000}):
        refused = exchange(http, orders, issuer.sign("ada", act=wrong), subject_token_type=JWT)
        assert error_of(refused) == (400, "invalid_request")
