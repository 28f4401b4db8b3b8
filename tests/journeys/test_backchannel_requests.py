"""What a backchannel authentication request may say, and how it may be signed (CIBA Core §7.1, §13)."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.backchannel import JWK, make_call_centre
from tests.builders import make_user
from tests.conftest import Clock
from tests.sqlite_only import database_url as database_url
from validators.metadata_backchannel import GRANT_TYPE

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(
    ("metadata", "form", "error"),
    [
        pytest.param({"grant_types": ["refresh_token"]}, {}, "unauthorized_client", id="grant-type"),
        pytest.param({}, {"scope": None}, "invalid_scope", id="no-scope"),
        pytest.param({}, {"scope": "email"}, "invalid_scope", id="no-openid"),
        pytest.param({}, {"scope": "openid write"}, "invalid_scope", id="scope"),
        pytest.param({}, {"resource": "https://x.example"}, "invalid_target", id="resource"),
        pytest.param({}, {"login_hint": None}, "invalid_request", id="no-hint"),
        pytest.param({}, {"id_token_hint": "x"}, "invalid_request", id="two-hints"),
        pytest.param({}, {"login_hint": None, "id_token_hint": "x"}, "invalid_request", id="no-id-token"),
        pytest.param({}, {"login_hint": None, "login_hint_token": "x"}, "invalid_request", id="no-jwt"),
        pytest.param({}, {"login_hint": "nobody"}, "unknown_user_id", id="nobody"),
        pytest.param({}, {"login_hint": "eve"}, "unknown_user_id", id="disabled"),
        pytest.param({}, {"binding_message": "x" * 101}, "invalid_binding_message", id="long-message"),
        pytest.param({}, {"binding_message": "a\u202eb"}, "invalid_binding_message", id="bidi-message"),
        pytest.param({}, {"binding_message": "a\nb"}, "invalid_binding_message", id="message-of-lines"),
        pytest.param({}, {"requested_expiry": "0"}, "invalid_request", id="no-time"),
        pytest.param({}, {"requested_expiry": "²"}, "invalid_request", id="no-number"),
        pytest.param({}, {"acr_values": "x" * 1001}, "invalid_request", id="long-acr"),
        pytest.param({}, {"request": "x", "scope": None, "login_hint": None}, "invalid_request", id="object"),
        pytest.param({}, {"scope": ["openid", "openid"]}, "invalid_request", id="twice"),
    ],
)
def test_a_request_that_is_refused(
    services: Services, http: FlaskClient, ada: str, metadata: Any, form: dict[str, Any], error: str
) -> None:
    """§13: each with its own error, and nothing waits for anybody."""
    services.people.disable(make_user(services, "eve"))

    response = make_call_centre(services, http, **metadata).ask(**form)

    assert (response.status_code, response.get_json()["error"]) == (400, error)
    assert services.backchannel_requests.waiting_for(ada) == []


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        pytest.param({}, None, id="good"),
        pytest.param({"requested_expiry": 10}, None, id="expiry-as-number"),
        pytest.param({"requested_expiry": "10"}, None, id="expiry-as-string"),
        *(
            pytest.param({name: None}, "invalid_request", id=f"no-{name}")
            for name in ("aud", "iss", "exp", "iat", "nbf", "jti")
        ),
        pytest.param({"aud": "https://other.example"}, "invalid_request", id="aud"),
        pytest.param({"iss": "other"}, "invalid_request", id="iss"),
        pytest.param({"exp": -60}, "invalid_request", id="expired"),
        pytest.param({"exp": 4200}, "invalid_request", id="long-lived"),
        pytest.param({"nbf": 600}, "invalid_request", id="not-yet"),
        pytest.param({"nbf": -4200}, "invalid_request", id="old"),
        pytest.param({"scope": 5}, "invalid_request", id="type"),
        pytest.param({"login_hint": None}, "invalid_request", id="no-hint"),
    ],
)
def test_signed_requests(
    services: Services, http: FlaskClient, ada: str, clock: Clock, claims: dict[str, Any], error: str | None
) -> None:
    """§7.1.1: aud, iss, exp, iat, nbf and jti, an hour at most; used once."""
    centre = make_call_centre(services, http, jwks={"keys": [JWK]})
    now, issuer = clock(), services.settings.issuer
    timed: dict[str, Any] = {
        name: now + value if name in ("exp", "nbf") and isinstance(value, int) else value
        for name, value in claims.items()
    }
    sent = {"request": centre.signed(issuer, now, **timed), "scope": None, "login_hint": None}

    first, again = centre.ask(**sent), centre.ask(**sent)

    assert first.get_json().get("error") == error
    assert again.get_json()["error"] == "invalid_request"


def test_clients_that_must_sign(services: Services, http: FlaskClient, ada: str, clock: Clock) -> None:
    """§4, §7.1.1: a registered algorithm is the rule; nothing beside the object; nobody else's signature."""
    named: dict[str, Any] = {
        "backchannel_authentication_request_signing_alg": "ES256",
        "jwks": {"keys": [JWK]},
    }
    centre = make_call_centre(services, http, **named)
    issuer, alone = services.settings.issuer, {"scope": None, "login_hint": None}
    good = centre.signed(issuer, clock())

    unsigned = centre.ask()
    beside = centre.ask(request=good)
    none = centre.ask(request=centre.signed(issuer, clock(), key=None, alg="none"), **alone)
    by_secret = centre.ask(request=centre.signed(issuer, clock(), key="k" * 64, alg="HS256"), **alone)
    right = centre.ask(request=good, **alone)

    refused = (unsigned, beside, none, by_secret)
    assert [each.get_json()["error"] for each in refused] == ["invalid_request"] * 4
    assert right.status_code == 200


def test_discovery_names_it(services: Services, http: FlaskClient) -> None:
    """§4: endpoint, delivery modes, algorithms, no user code, and the grant type."""
    document = http.get("/.well-known/openid-configuration").get_json()

    assert document["backchannel_authentication_endpoint"] == f"{services.settings.issuer}/bc-authorize"
    assert document["backchannel_token_delivery_modes_supported"] == ["poll", "ping"]
    assert document["backchannel_user_code_parameter_supported"] is False
    algorithms = document["backchannel_authentication_request_signing_alg_values_supported"]
    assert {"ES256", "PS256"} <= set(algorithms)
    assert {"none", "HS256"}.isdisjoint(algorithms)
    assert GRANT_TYPE in document["grant_types_supported"]
