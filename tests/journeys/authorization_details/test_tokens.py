"""What tokens say of authorization details, and what a client may narrow (RFC 9396 §6, §7, §9)."""

import json
from typing import Any

import jwt
import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import Browser, client_request, redeem, refresh, token_request
from tests.builders import RESOURCE, make_authorization_type, make_client, make_resource
from tests.conftest import Clock
from tests.journeys.authorization_details.payment import DETAILS, PAYMENT, error_of
from validators.authorization_type_directory import AuthorizationTypeDirectory
from validators.client import Client

pytestmark = pytest.mark.journey


def introspected(http: FlaskClient, client: tuple[Client, str], token: str) -> dict[str, Any]:
    return dict(client_request(http, "/introspect", *client, token=token).get_json())


def test_details_reach_token_introspection_and_refresh(
    http: FlaskClient, browser: Browser, client: tuple[Client, str]
) -> None:
    """RFC 9396 §3, §6, §7, §9.2: without any scope; a refresh gives them again, or fewer."""
    code = browser.code_for(client[0], scope=None, authorization_details=DETAILS)
    tokens = redeem(http, *client, code).get_json()

    assert tokens["authorization_details"] == [PAYMENT]
    assert introspected(http, client, tokens["access_token"])["authorization_details"] == [PAYMENT]
    assert introspected(http, client, tokens["refresh_token"])["authorization_details"] == [PAYMENT]

    fewer = [PAYMENT | {"actions": ["status"]}]
    narrowed = refresh(
        http, *client, tokens["refresh_token"], authorization_details=json.dumps(fewer)
    ).get_json()
    again = refresh(http, *client, narrowed["refresh_token"]).get_json()

    assert narrowed["authorization_details"] == fewer
    assert introspected(http, client, narrowed["access_token"])["authorization_details"] == fewer
    assert again["authorization_details"] == [PAYMENT]


@pytest.mark.parametrize(
    "wider",
    [
        PAYMENT | {"actions": ["initiate", "status", "cancel"]},
        PAYMENT | {"actions": []},
        PAYMENT | {"amount": {"amount": "99", "currency": "EUR"}},
        {name: value for name, value in PAYMENT.items() if name != "actions"},
        PAYMENT | {"note": 1},
    ],
)
def test_a_refresh_never_widens(
    http: FlaskClient, browser: Browser, client: tuple[Client, str], wider: dict[str, Any]
) -> None:
    """RFC 9396 §6: what the grant does not hold is refused, and the grant lives on."""
    code = browser.code_for(client[0], authorization_details=DETAILS, scope="openid offline_access")
    token = redeem(http, *client, code).get_json()["refresh_token"]

    refused = refresh(http, *client, token, authorization_details=json.dumps([wider]))

    assert (refused.status_code, error_of(refused)) == (400, "invalid_authorization_details")
    assert refresh(http, *client, token).status_code == 200


def test_a_grant_without_details_gives_none(
    http: FlaskClient, browser: Browser, client: tuple[Client, str]
) -> None:
    """RFC 9396 §6."""
    code = browser.code_for(client[0])

    assert error_of(redeem(http, *client, code, authorization_details=DETAILS)) == (
        "invalid_authorization_details"
    )
    assert "authorization_details" not in redeem(http, *client, code).get_json()


def test_a_client_for_itself_needs_to_be_registered_with_the_type(
    services: Services, http: FlaskClient, client: tuple[Client, str]
) -> None:
    """RFC 9396 §6: nobody is asked, so the operator has to have said yes."""
    values: dict[str, Any] = {"redirect_uris": [], "grant_types": ["client_credentials"]}
    anybody = make_client(services, **values)
    registered = make_client(services, **values, authorization_details_types=["payment"])
    asked: dict[str, Any] = {"grant_type": "client_credentials", "authorization_details": DETAILS}

    refused = token_request(http, *anybody, **asked)
    given = token_request(http, *registered, **asked)

    assert error_of(refused) == "invalid_authorization_details"
    assert given.get_json()["authorization_details"] == [PAYMENT]
    token = given.get_json()["access_token"]
    assert introspected(http, registered, token)["authorization_details"] == [PAYMENT]


def test_a_token_for_one_server_leaves_out_what_is_for_others(
    services: Services, http: FlaskClient, browser: Browser, client: tuple[Client, str]
) -> None:
    """RFC 9396 §12 (data minimisation): ``locations`` say whose it is; the JWT has the rest as a claim."""
    make_resource(services)
    here, elsewhere = PAYMENT | {"locations": [RESOURCE]}, PAYMENT | {"locations": ["https://else.example"]}
    details = json.dumps([here, elsewhere, PAYMENT])
    code = browser.code_for(client[0], authorization_details=details, resource=RESOURCE, scope=None)

    tokens = redeem(http, *client, code, resource=RESOURCE).get_json()

    assert tokens["authorization_details"] == [here, PAYMENT]
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert claims["authorization_details"] == [here, PAYMENT]


def test_a_type_that_is_gone_gives_no_new_token(
    services: Services, http: FlaskClient, browser: Browser, client: tuple[Client, str], clock: Clock
) -> None:
    """RFC 9396 §2.1: known types alone; the scopes of the grant stay."""
    code = browser.code_for(client[0], authorization_details=DETAILS, scope="openid offline_access")
    token = redeem(http, *client, code).get_json()["refresh_token"]
    assert AuthorizationTypeDirectory(services.database, services.clock).delete("payment")
    clock.advance(seconds=services.settings.client_cache_seconds)

    refreshed = refresh(http, *client, token).get_json()

    assert "authorization_details" not in refreshed
    assert refreshed["scope"] == "openid offline_access"
    assert "authorization_details" not in introspected(http, client, refreshed["refresh_token"])


def test_there_is_no_token_for_nothing(
    services: Services, http: FlaskClient, browser: Browser, client: tuple[Client, str]
) -> None:
    """RFC 9396 §6: without a scope, and with details for other servers only; an empty list is for none."""
    make_resource(services)
    asked: dict[str, Any] = {"scope": None, "resource": RESOURCE}
    elsewhere = json.dumps([PAYMENT | {"locations": ["https://else.example"]}])
    code = browser.code_for(client[0], **asked, authorization_details=elsewhere)
    anywhere = [PAYMENT | {"locations": []}]
    other = browser.code_for(client[0], **asked, authorization_details=json.dumps(anywhere))

    refused = redeem(http, *client, code, resource=RESOURCE)

    assert (refused.status_code, error_of(refused)) == (400, "invalid_authorization_details")
    given = redeem(http, *client, other, resource=RESOURCE).get_json()
    assert given["authorization_details"] == anywhere


@pytest.mark.parametrize(
    ("narrowed", "status"),
    [
        (["b", "ab"], 200),
        (["ab", "bc"], 200),
        (["b", "bc"], 200),  # who came first makes way
        (["a", "ab"], 400),  # two of the same
        (["a", "b", "c"], 400),  # three of two
        (["ac"], 400),
    ],
)
def test_what_was_granted_once_is_there_once(
    http: FlaskClient,
    browser: Browser,
    client: tuple[Client, str],
    narrowed: list[str],
    status: int,
) -> None:
    """RFC 9396 §6: each object named is a part of another one of the grant."""
    granted, named = (
        json.dumps([PAYMENT | {"actions": list(letters)} for letters in each])
        for each in (["bc", "ab"], narrowed)
    )
    code = browser.code_for(client[0], authorization_details=granted)

    assert redeem(http, *client, code, authorization_details=named).status_code == status


def test_what_is_narrowed_is_still_of_its_type(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """RFC 9396 §5."""
    make_authorization_type(services, "pair", schema={"properties": {"actions": {"minItems": 2}}})
    client = make_client(services)
    granted = json.dumps([{"type": "pair", "actions": ["a", "b"]}])
    code = browser.code_for(client[0], authorization_details=granted)

    one = json.dumps([{"type": "pair", "actions": ["a"]}])

    assert error_of(redeem(http, *client, code, authorization_details=one)) == "invalid_authorization_details"


@pytest.mark.parametrize("letter", ["x", "금"])
@pytest.mark.parametrize("resource", [None, RESOURCE])
def test_the_longest_details_beside_the_longest_scope_fit_into_a_token(
    services: Services,
    http: FlaskClient,
    browser: Browser,
    client: tuple[Client, str],
    letter: str,
    resource: str | None,
) -> None:
    """What was accepted can be used: opaque and JWT, whatever the characters."""
    make_resource(services)
    scope = " ".join(f"scope-{number:04}" for number in range(180)) + " openid"
    asking, secret = make_client(services, scope=scope)
    room = 2972 - len(json.dumps([PAYMENT | {"note": ""}], separators=(",", ":")))
    note = letter * (room // len(json.dumps(letter).strip('"')))
    details = json.dumps([PAYMENT | {"note": note}])

    code = browser.code_for(asking, authorization_details=details, scope=scope, resource=resource)
    tokens = redeem(http, asking, secret, code, resource=resource).get_json()

    told = introspected(http, (asking, secret), tokens["access_token"])
    assert told["authorization_details"] == [PAYMENT | {"note": note}]
