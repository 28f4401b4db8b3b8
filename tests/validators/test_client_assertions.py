"""Client assertions (RFC 7523 §3): what holds, and everything that does not."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from provider.factory import create_app
from provider.wiring import Services
from tests.assertions import ISSUER, TOKEN_ENDPOINT, KeyHolder, ask, claims_of, hand_made, make_signing_client
from tests.conftest import Clock
from validators.client_assertions import ASSERTION_TYPE

pytestmark = pytest.mark.security


@pytest.fixture(scope="module")
def holder() -> KeyHolder:
    return KeyHolder()


@pytest.mark.parametrize("alg", ["RS256", "PS384", "ES256", "ES384", "ES512", "EdDSA"])
def test_any_asymmetric_algorithm_of_the_clients_key_holds(
    services: Services, http: FlaskClient, clock: Clock, alg: str
) -> None:
    """OpenID Connect Core §9: private_key_jwt, with whatever fits the registered key."""
    holder = KeyHolder(alg)
    client_id = make_signing_client(services, holder)

    assert ask(http, holder.sign(claims_of(client_id, clock))).status_code == 200


@pytest.mark.parametrize(
    ("headers", "changes"),
    [
        pytest.param({}, {"aud": TOKEN_ENDPOINT}, id="aud-token-endpoint"),
        pytest.param({"typ": "client-authentication+jwt"}, {}, id="typ-of-its-own"),
        pytest.param({"typ": None}, {}, id="no-typ"),
        pytest.param({"kid": None}, {}, id="no-kid"),
        pytest.param({}, {"iat": None}, id="no-iat"),
        pytest.param({}, {"nbf": 1_800_000_008}, id="nbf-8-seconds-ahead"),
        pytest.param({}, {"exp": 1_800_003_600}, id="exp-an-hour-ahead"),
        pytest.param({}, {"exp": 1_800_000_030.5}, id="exp-fraction"),
    ],
)
def test_lawful_variety_is_accepted(
    services: Services,
    http: FlaskClient,
    clock: Clock,
    holder: KeyHolder,
    headers: dict[str, Any],
    changes: dict[str, Any],
) -> None:
    """RFC 7523 §3 leaves these open; FAPI allows a clock 8 seconds ahead."""
    client_id = make_signing_client(services, holder)

    assert ask(http, holder.sign(claims_of(client_id, clock, **changes), **headers)).status_code == 200


@pytest.mark.parametrize(
    ("headers", "changes"),
    [
        pytest.param({}, {"aud": [ISSUER]}, id="aud-array"),
        pytest.param({}, {"aud": [ISSUER, "https://evil.example"]}, id="aud-two"),
        pytest.param({}, {"aud": None}, id="no-aud"),
        pytest.param({}, {"aud": f"{ISSUER}/"}, id="aud-slash"),
        pytest.param({}, {"aud": ISSUER[:-1]}, id="aud-prefix"),
        pytest.param({}, {"aud": "https://evil.example/token"}, id="aud-other"),
        pytest.param({}, {"iss": None}, id="no-iss"),
        pytest.param({}, {"sub": None}, id="no-sub"),
        pytest.param({}, {"iss": "somebody"}, id="iss-other"),
        pytest.param({}, {"sub": "somebody"}, id="sub-other"),
        pytest.param({}, {"exp": None}, id="no-exp"),
        pytest.param({}, {"exp": 1_799_999_990}, id="expired"),
        pytest.param({}, {"exp": 1_800_003_611}, id="exp-far"),
        pytest.param({}, {"exp": "1800000060"}, id="exp-text"),
        pytest.param({}, {"exp": True}, id="exp-true"),
        pytest.param({}, {"exp": 1e300}, id="exp-huge"),
        pytest.param({}, {"nbf": 1_800_000_061}, id="nbf-61-seconds-ahead"),
        pytest.param({}, {"iat": 1_800_000_061}, id="iat-ahead"),
        pytest.param({}, {"iat": "now"}, id="iat-text"),
        pytest.param({}, {"jti": None}, id="no-jti"),
        pytest.param({}, {"jti": ""}, id="empty-jti"),
        pytest.param({}, {"jti": 7}, id="jti-number"),
        pytest.param({}, {"jti": "x" * 256}, id="long-jti"),
        pytest.param({"typ": "at+jwt"}, {}, id="typ-access-token"),
        pytest.param({"kid": "another"}, {}, id="unknown-kid"),
        pytest.param({"crit": ["exp"], "exp": 1}, {}, id="crit"),
        pytest.param({"zip": "DEF"}, {}, id="zip"),
        pytest.param({"jku": "https://evil.example/keys"}, {}, id="jku"),
        pytest.param({"x5u": "https://evil.example/certificate"}, {}, id="x5u"),
        pytest.param({"x5c": ["AAAA"]}, {}, id="x5c"),
        pytest.param({"jwk": {"kty": "EC"}}, {}, id="jwk"),
        pytest.param({}, {"padding": "x" * 16_384}, id="too-long"),
    ],
)
def test_whatever_is_not_right_is_refused(
    services: Services,
    http: FlaskClient,
    clock: Clock,
    holder: KeyHolder,
    headers: dict[str, Any],
    changes: dict[str, Any],
) -> None:
    """RFC 7523 §3; advisories 17, 18, 20, 27, 32, 104. Nothing is used up by it."""
    client_id = make_signing_client(services, holder)
    claims = claims_of(client_id, clock, **changes)

    response = ask(http, holder.sign(claims, **headers))

    assert (response.status_code, response.get_json()["error"]) in (
        (401, "invalid_client"),
        (400, "invalid_request"),
    )
    if isinstance(claims.get("jti"), str) and 0 < len(claims["jti"]) < 256:
        sound = claims_of(client_id, clock, jti=claims["jti"])
        assert ask(http, holder.sign(sound)).status_code == 200


def tampered(alg: str) -> Callable[[KeyHolder, dict[str, Any]], str]:
    return lambda holder, claims: hand_made({"alg": alg, "kid": "key-1"}, claims)


def signed_by_another(holder: KeyHolder, claims: dict[str, Any]) -> str:
    return KeyHolder().sign(claims)


def signed_with_the_public_key(holder: KeyHolder, claims: dict[str, Any]) -> str:
    unsigned = hand_made({"alg": "HS256", "kid": "key-1"}, claims).rpartition(".")[0]
    mac = hmac.digest(json.dumps(holder.jwk).encode(), unsigned.encode(), hashlib.sha256)
    return hand_made({"alg": "HS256", "kid": "key-1"}, claims, mac)


@pytest.mark.parametrize(
    "forge",
    [
        *(
            pytest.param(tampered(alg), id=f"alg-{alg or 'empty'}")
            for alg in ("none", "None", "nOnE", "", "ES256")
        ),
        pytest.param(signed_by_another, id="another-key"),
        pytest.param(signed_with_the_public_key, id="hmac-with-the-public-key"),
        pytest.param(lambda holder, claims: "x", id="no-jwt"),
        pytest.param(lambda holder, claims: holder.sign(claims) + ".", id="four-parts"),
        pytest.param(lambda holder, claims: holder.sign(claims) + "=", id="padding"),
        pytest.param(lambda holder, claims: holder.sign(claims)[:-2], id="cut"),
    ],
)
def test_forgeries_are_refused(
    services: Services,
    http: FlaskClient,
    clock: Clock,
    holder: KeyHolder,
    forge: Callable[[KeyHolder, dict[str, Any]], str],
) -> None:
    """Advisories 16, 21, 26, 28, 33, 34: no algorithm, another algorithm, another key."""
    client_id = make_signing_client(services, holder)

    response = ask(http, forge(holder, claims_of(client_id, clock)))

    assert (response.status_code, response.get_json()["error"]) == (401, "invalid_client")


def test_registered_algorithm_is_the_only_one(services: Services, http: FlaskClient, clock: Clock) -> None:
    """Advisory 29: a key that could do more is used for what was registered."""
    holder = KeyHolder("RS256")
    client_id = make_signing_client(services, holder, token_endpoint_auth_signing_alg="PS256")

    refused = ask(http, holder.sign(claims_of(client_id, clock)))
    accepted = ask(http, holder.sign(claims_of(client_id, clock), alg="PS256"))

    assert (refused.status_code, accepted.status_code) == (401, 200)


@pytest.mark.parametrize("profile", ["oauth2.1", "fapi2"])
def test_strict_profiles_take_the_issuer_alone(
    services: Services, http: FlaskClient, clock: Clock, holder: KeyHolder, profile: str
) -> None:
    """FAPI 2.0 §5.3.2.1, CVE-2025-27370: the token endpoint is no audience there."""
    client_id = make_signing_client(services, holder, paper_profile=profile)

    endpoint = revoke(http, holder.sign(claims_of(client_id, clock, aud=TOKEN_ENDPOINT)))
    issuer = revoke(http, holder.sign(claims_of(client_id, clock)))

    assert (endpoint.status_code, issuer.status_code) == (401, 200)


def test_fapi_client_does_not_sign_with_rs256(services: Services, http: FlaskClient, clock: Clock) -> None:
    """FAPI 2.0 §5.4.1: PS256, ES256 and EdDSA."""
    holder = KeyHolder("RS256")
    client_id = make_signing_client(services, holder, paper_profile="fapi2")

    assert revoke(http, holder.sign(claims_of(client_id, clock))).status_code == 401
    assert revoke(http, holder.sign(claims_of(client_id, clock), alg="PS256")).status_code == 200


def revoke(http: FlaskClient, assertion: str) -> TestResponse:
    """Ask for something that needs no more than the assertion."""
    form = {"token": "x", "client_assertion": assertion, "client_assertion_type": ASSERTION_TYPE}
    return http.post("/revoke", data=form)


def test_operator_may_take_the_issuer_alone(services: Services, clock: Clock, holder: KeyHolder) -> None:
    """PAPER_ASSERTION_AUDIENCE=issuer is the rule for all clients."""
    services.settings = replace(services.settings, assertion_audience="issuer")
    http = create_app(services=services).test_client()
    client_id = make_signing_client(services, holder)

    endpoint = ask(http, holder.sign(claims_of(client_id, clock, aud=TOKEN_ENDPOINT)))

    assert endpoint.status_code == 401
    assert ask(http, holder.sign(claims_of(client_id, clock))).status_code == 200
