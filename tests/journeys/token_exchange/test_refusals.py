"""What is not exchanged, and how exchanged tokens end (RFC 8693 §2.2.2, RFC 9700 §4.10)."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import Browser, redeem
from tests.builders import make_client, make_public_client
from tests.conftest import Clock
from tests.foreign_issuer import ForeignIssuer
from tests.journeys.token_exchange.conftest import (
    FOREIGN,
    ORDERS,
    STOCK,
    Credentials,
    error_of,
    exchange,
    own_token,
)
from validators.metadata_members import TOKEN_EXCHANGE
from validators.metadata_values import InvalidClientMetadata
from validators.resource_directory import ResourceDirectory
from validators.subject_tokens import ACCESS_TOKEN, ID_TOKEN, JWT

pytestmark = pytest.mark.journey


def test_a_token_is_not_any_clients_to_exchange(
    http: FlaskClient, services: Services, tokens: dict[str, Any], orders: Credentials
) -> None:
    """RFC 9700 §4.10.2: neither given to this client nor sent to it; open to all is not sent to it."""
    stranger = make_client(
        services, grant_types=[TOKEN_EXCHANGE], response_types=[], paper_exchange_audiences=[STOCK]
    )
    for_stock = exchange(http, orders, tokens["access_token"]).get_json()["access_token"]

    assert error_of(exchange(http, stranger, tokens["access_token"])) == (400, "invalid_request")
    assert error_of(exchange(http, stranger, for_stock)) == (400, "invalid_request")


@pytest.mark.security
def test_who_may_ask_for_a_resources_tokens_does_not_exchange_those_of_others(
    http: FlaskClient, services: Services, tokens: dict[str, Any]
) -> None:
    """RFC 9700 §4.10.2: to be let ask is one thing, to be the API that they are sent to another."""
    peer = make_client(services, grant_types=[TOKEN_EXCHANGE], response_types=[])
    shared = "https://shared.example"
    directory = ResourceDirectory(services.database, services.clock, services.settings.issuer)
    caller = make_client(
        services, grant_types=["client_credentials"], response_types=[], scope="read", redirect_uris=[]
    )
    directory.create(shared, client_ids=[caller[0].client_id, peer[0].client_id])
    sent = own_token(http, caller, resource=shared)

    assert error_of(exchange(http, peer, sent, resource=shared)) == (400, "invalid_request")


@pytest.mark.security
def test_nobody_is_made_an_actor_by_a_token_that_was_sent_to_another(
    http: FlaskClient, services: Services, tokens: dict[str, Any], orders: Credentials, web: Credentials
) -> None:
    """RFC 8693 §4.1: the actor is who acts; what the client holds of others does not say so."""
    actor = {"actor_token": tokens["access_token"], "actor_token_type": ACCESS_TOKEN}

    assert error_of(exchange(http, orders, tokens["access_token"], **actor)) == (400, "invalid_request")


@pytest.mark.security
@pytest.mark.usefixtures("orders")
def test_the_claims_one_client_asked_for_are_not_told_to_another(
    http: FlaskClient, services: Services, browser: Browser, web: Credentials, ada: str
) -> None:
    """OpenID Connect Core §5.5, RFC 8693 §2.1: a token of the scope openid tells who it is, and no more."""
    issuer, api = services.settings.issuer, "https://own.example"
    server = make_client(
        services,
        grant_types=[TOKEN_EXCHANGE],
        response_types=[],
        scope="openid read",
        paper_exchange_audiences=[issuer],
    )
    directory = ResourceDirectory(services.database, services.clock, issuer)
    directory.create(api, server_ids=[server[0].client_id])
    asked = {"scope": "openid read", "resource": api, "claims": '{"userinfo": {"email": null}}'}
    sent = redeem(http, *web, browser.code_for(web[0], **asked)).get_json()["access_token"]

    given = exchange(http, server, sent, resource=issuer).get_json()

    told = http.get("/userinfo", headers={"Authorization": f"Bearer {given['access_token']}"})
    assert given["scope"] == "openid"
    assert told.get_json() == {"sub": ada}


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"resource": FOREIGN}, id="not listed"),
        pytest.param({"resource": "https://unknown.example"}, id="unknown"),
        pytest.param({"resource": "http://localhost:9031"}, id="the provider itself"),
        pytest.param({"resource": None, "audience": FOREIGN}, id="as an audience"),
        pytest.param({"resource": [STOCK, ORDERS]}, id="two"),
        pytest.param({"resource": STOCK, "audience": ORDERS}, id="a resource and another audience"),
    ],
)
def test_the_target_is_the_operators_to_allow(
    http: FlaskClient, tokens: dict[str, Any], orders: Credentials, form: dict[str, Any]
) -> None:
    """RFC 8693 §2.2.2: invalid_target."""
    assert error_of(exchange(http, orders, tokens["access_token"], **form)) == (400, "invalid_target")


@pytest.mark.parametrize("scope", ["read admin", "sync", "email", 're"ad'])
def test_scope_never_widens(
    http: FlaskClient, tokens: dict[str, Any], orders: Credentials, scope: str
) -> None:
    """RFC 8693 §2.2.2: neither past the subject's token nor past the client's registration."""
    assert error_of(exchange(http, orders, tokens["access_token"], scope=scope)) == (400, "invalid_scope")


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"subject_token": None}, id="no token"),
        pytest.param({"subject_token_type": None}, id="no type"),
        pytest.param({"subject_token_type": "access_token"}, id="an unknown type"),
        pytest.param({"subject_token_type": ID_TOKEN}, id="an access token as an ID token"),
        pytest.param(
            {"subject_token_type": "urn:ietf:params:oauth:token-type:refresh_token"}, id="a refresh token"
        ),
        pytest.param({"subject_token": "nonsense"}, id="nonsense"),
        pytest.param({"subject_token": "a.b.c", "subject_token_type": JWT}, id="a nonsensical JWT"),
        pytest.param({"actor_token": "nonsense"}, id="an actor without a type"),
        pytest.param({"actor_token_type": ACCESS_TOKEN}, id="a type without an actor"),
        pytest.param({"actor_token": "nonsense", "actor_token_type": ACCESS_TOKEN}, id="a nonsensical actor"),
        pytest.param({"requested_token_type": ID_TOKEN}, id="another type of token asked"),
    ],
)
def test_a_request_that_cannot_be_used(
    http: FlaskClient, tokens: dict[str, Any], orders: Credentials, form: dict[str, Any]
) -> None:
    """RFC 8693 §2.1, §2.2.2: invalid_request."""
    assert error_of(exchange(http, orders, tokens["access_token"], **form)) == (400, "invalid_request")


def test_an_id_token_is_no_access_token(http: FlaskClient, tokens: dict[str, Any], web: Credentials) -> None:
    """RFC 9068 §4: typ tells."""
    for token_type in (ACCESS_TOKEN, JWT):
        refused = exchange(http, web, tokens["id_token"], subject_token_type=token_type)
        assert error_of(refused) == (400, "invalid_request")


def test_the_client_is_checked_first(
    http: FlaskClient, services: Services, tokens: dict[str, Any], orders: Credentials
) -> None:
    """RFC 6749 §5.2: not registered for it, or not authenticated."""
    plain = make_client(services)

    assert error_of(exchange(http, plain, tokens["access_token"])) == (400, "unauthorized_client")
    assert error_of(exchange(http, (orders[0], "x" * 43), tokens["access_token"])) == (401, "invalid_client")


def test_an_expired_token_gives_nothing(
    http: FlaskClient, tokens: dict[str, Any], orders: Credentials, clock: Clock
) -> None:
    """RFC 8693 §2.1: the subject's token must be valid."""
    clock.advance(seconds=900)

    assert error_of(exchange(http, orders, tokens["access_token"])) == (400, "invalid_request")


@pytest.mark.parametrize("requested", [ACCESS_TOKEN, JWT])
@pytest.mark.parametrize("ending", ["grant", "person", "client", "exchanging client"])
def test_an_exchanged_token_ends_with_what_it_came_from(
    http: FlaskClient,
    services: Services,
    tokens: dict[str, Any],
    web: Credentials,
    orders: Credentials,
    ada: str,
    clock: Clock,
    ending: str,
    requested: str,
) -> None:
    """It names the subject's grant; whoever holds it must exist too. Nothing more is exchanged either."""
    answer = exchange(http, orders, tokens["access_token"], requested_token_type=requested).get_json()
    said_before = services.access_tokens.check(answer["access_token"])
    assert said_before is not None
    match ending:
        case "grant":
            services.grants.revoke(said_before[0].grant_id, now=services.clock())
        case "person":
            services.people.disable(ada)
        case "client":
            services.client_directory.delete(web[0].client_id)
        case _:
            services.client_directory.delete(orders[0].client_id)

    clock.advance(seconds=1)
    refused = exchange(http, orders, tokens["access_token"])

    assert services.access_tokens.check(answer["access_token"]) is None
    is_client_gone = ending == "exchanging client"
    assert error_of(refused) == ((401, "invalid_client") if is_client_gone else (400, "invalid_request"))


def test_a_disabled_person_is_not_spoken_for(
    http: FlaskClient, services: Services, orders: Credentials, ada: str
) -> None:
    """Nor by a trusted issuer."""
    issuer = ForeignIssuer(services).trusted(subject="username", scope="read")
    services.people.disable(ada)

    refused = exchange(http, orders, issuer.sign("ada"), subject_token_type=JWT)

    assert error_of(refused) == (400, "invalid_request")


def test_it_is_for_clients_that_authenticate(services: Services) -> None:
    """RFC 8693 §5: or whoever finds a token could trade it."""
    with pytest.raises(InvalidClientMetadata, match="token-exchange"):
        make_public_client(services, grant_types=[TOKEN_EXCHANGE], response_types=[])
