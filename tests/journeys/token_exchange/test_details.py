"""Authorization details and bound tokens in a token exchange (RFC 9396, RFC 9449 §5)."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests import dpop
from tests.browser import Browser, redeem
from tests.builders import make_authorization_type
from tests.conftest import Clock
from tests.journeys.authorization_details.payment import DETAILS, PAYMENT
from tests.journeys.token_exchange.conftest import (
    ORDERS,
    STOCK,
    Credentials,
    error_of,
    exchange,
    own_token,
    said,
)
from validators.metadata_members import TOKEN_EXCHANGE
from validators.subject_tokens import ACCESS_TOKEN

pytestmark = pytest.mark.journey


def subject_token(http: FlaskClient, browser: Browser, web: Credentials, **asked: Any) -> str:
    code = browser.code_for(web[0], resource=ORDERS, **asked)
    return str(redeem(http, *web, code).get_json()["access_token"])


def test_an_exchanged_token_has_those_of_its_subject(
    http: FlaskClient, services: Services, browser: Browser, web: Credentials, orders: Credentials
) -> None:
    """RFC 8693 §1.1: no more than before, and what is for another server stays there."""
    make_authorization_type(services)
    for_orders = PAYMENT | {"locations": [ORDERS], "creditor": "Orders"}
    details = json.dumps([PAYMENT, for_orders])
    token = subject_token(http, browser, web, scope="read", authorization_details=details)

    there, same = exchange(http, orders, token), exchange(http, orders, token, resource=None)

    assert there.get_json()["authorization_details"] == [PAYMENT]
    assert said(services, there).authorization_details == [PAYMENT]
    assert same.get_json()["authorization_details"] == [PAYMENT, for_orders]


def test_nothing_is_exchanged_for_nothing(
    http: FlaskClient, services: Services, browser: Browser, web: Credentials, orders: Credentials
) -> None:
    """RFC 9396 §6: neither a scope nor details are left; and nobody names new ones."""
    make_authorization_type(services)
    details = json.dumps([PAYMENT | {"locations": [ORDERS]}])
    token = subject_token(http, browser, web, scope=None, authorization_details=details)

    assert error_of(exchange(http, orders, token, resource=STOCK)) == (400, "invalid_target")
    assert error_of(exchange(http, orders, token, authorization_details=DETAILS)) == (
        400,
        "invalid_authorization_details",
    )


def test_a_bound_token_says_so(
    http: FlaskClient, services: Services, orders: Credentials, clock: Clock
) -> None:
    """RFC 9449 §5: ``token_type`` is DPoP where a proof came along."""
    maker = dpop.ProofMaker(clock)
    form = {
        "grant_type": TOKEN_EXCHANGE,
        "subject_token": own_token(http, orders),
        "subject_token_type": ACCESS_TOKEN,
        "resource": STOCK,
    }

    answer = dpop.token_request(http, *orders, form, maker.proof()).get_json()

    assert answer["token_type"] == "DPoP"
    token = services.access_tokens.read(answer["access_token"])
    assert token is not None
    assert token.confirmation == {"jkt": maker.jkt}
