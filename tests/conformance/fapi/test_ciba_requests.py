"""fapi-ciba-id1: what a backchannel authentication request must be (CONFORMANCE 7)."""

import pytest
from werkzeug.test import TestResponse

from tests.assertions import KeyHolder, hand_made
from tests.certificates import Pair
from tests.conformance.fapi.ciba import BC_AUTHORIZE, POLL, CallingParty
from tests.conformance.fapi.conftest import KEY_MTLS, TLS_MTLS, runs
from tests.conformance.fapi.relying_party import Variant
from tests.conformance.op import ISSUER, Provider

pytestmark = pytest.mark.journey

PROFILE = "fapi2"
MINUTE = 60


@pytest.fixture
def variant() -> Variant:
    """Tokens are always bound to a certificate."""
    return KEY_MTLS


@pytest.fixture
def rp(op: Provider, variant: Variant, authority: Pair) -> CallingParty:
    return CallingParty(op, variant, authority, **POLL)


@pytest.fixture
def other(op: Provider, variant: Variant, authority: Pair) -> CallingParty:
    return CallingParty(op, variant, authority, **POLL)


def refused(response: TestResponse, *errors: str) -> None:
    """Refused, in JSON."""
    assert response.status_code in (400, 401), response.text
    expected = errors or ("invalid_request", "invalid_request_object")
    assert response.get_json()["error"] in expected, response.text


def test_fapi_ciba_id1_discovery_end_point_verification(rp: CallingParty) -> None:
    """CIBA Core §4."""
    document = rp.http.get(f"{ISSUER}/.well-known/openid-configuration").get_json()

    assert document["backchannel_authentication_endpoint"] == BC_AUTHORIZE
    assert {"poll", "ping"} <= set(document["backchannel_token_delivery_modes_supported"])
    assert "urn:openid:params:grant-type:ciba" in document["grant_types_supported"]
    algs = document["backchannel_authentication_request_signing_alg_values_supported"]
    assert {"PS256", "ES256"} <= set(algs) <= {"PS256", "ES256", "EdDSA"}
    assert document["backchannel_user_code_parameter_supported"] is False


def test_fapi_ciba_id1_ensure_request_object_missing_aud_fails(rp: CallingParty) -> None:
    """For whom."""
    refused(rp.send(rp.signed(aud=None)))


def test_fapi_ciba_id1_ensure_request_object_missing_iss_fails(rp: CallingParty) -> None:
    """From whom."""
    refused(rp.send(rp.signed(iss=None)))


def test_fapi_ciba_id1_ensure_request_object_missing_exp_fails(rp: CallingParty) -> None:
    """Until when."""
    refused(rp.send(rp.signed(exp=None)))


def test_fapi_ciba_id1_ensure_request_object_missing_iat_fails(rp: CallingParty) -> None:
    """Since when."""
    refused(rp.send(rp.signed(iat=None)))


def test_fapi_ciba_id1_ensure_request_object_missing_nbf_fails(rp: CallingParty) -> None:
    """From when on."""
    refused(rp.send(rp.signed(nbf=None)))


def test_fapi_ciba_id1_ensure_request_object_missing_jti_fails(rp: CallingParty) -> None:
    """Which."""
    refused(rp.send(rp.signed(jti=None)))


def test_fapi_ciba_id1_ensure_request_object_bad_aud_fails(rp: CallingParty) -> None:
    """Made out to somebody else."""
    refused(rp.send(rp.signed(aud="https://other.example")))


def test_fapi_ciba_id1_ensure_request_object_bad_iss_fails(rp: CallingParty) -> None:
    """Not the client that sends it."""
    refused(rp.send(rp.signed(iss="somebody")))


def test_fapi_ciba_id1_ensure_request_object_expired_exp_fails(rp: CallingParty) -> None:
    """It has ended."""
    refused(rp.send(rp.signed(exp=rp.op.clock() - 5 * MINUTE)))


def test_fapi_ciba_id1_ensure_request_object_exp_is_70_minutes_in_future_fails(rp: CallingParty) -> None:
    """An hour at most."""
    refused(rp.send(rp.signed(exp=rp.op.clock() + 70 * MINUTE)))


def test_fapi_ciba_id1_ensure_request_object_nbf_is_10_minutes_in_future_fails(rp: CallingParty) -> None:
    """Not yet."""
    now = rp.op.clock()
    refused(rp.send(rp.signed(nbf=now + 10 * MINUTE, exp=now + 20 * MINUTE)))


def test_fapi_ciba_id1_ensure_request_object_nbf_is_70_minutes_in_past_fails(rp: CallingParty) -> None:
    """Too long ago."""
    refused(rp.send(rp.signed(nbf=rp.op.clock() - 70 * MINUTE)))


def test_fapi_ciba_id1_ensure_request_object_signature_algorithm_is_none_fails(rp: CallingParty) -> None:
    """Unsigned is nothing."""
    refused(rp.send(hand_made({"alg": "none"}, {"iss": rp.client_id, "aud": ISSUER})))


def test_fapi_ciba_id1_ensure_request_object_signature_is_bad_fails(rp: CallingParty) -> None:
    """Changed on its way."""
    head, claims, signature = rp.signed().split(".")
    changed = ("B" if signature[0] == "A" else "A") + signature[1:]
    refused(rp.send(f"{head}.{claims}.{changed}"))


def test_fapi_ciba_id1_ensure_request_object_signature_is_RS256_fails(
    op: Provider, variant: Variant, authority: Pair
) -> None:
    """FAPI 2.0 Security Profile §5.4.1: PS256, ES256 or EdDSA, with whatever key is registered."""
    rsa = KeyHolder("RS256", kid="rsa")
    free = {name: value for name, value in POLL.items() if "signing_alg" not in name}
    rp = CallingParty(op, variant, authority, **free, jwks={"keys": [rsa.jwk]})
    signed = rp.signed(rsa)
    rsa.alg = "PS256"
    rp.holder = rsa

    refused(rp.send(signed))
    assert rp.send(rp.signed()).status_code == 200


def test_fapi_ciba_id1_ensure_request_object_signed_by_other_client_fails(
    rp: CallingParty, other: CallingParty
) -> None:
    """With a key that is not the client's."""
    refused(rp.send(rp.signed(other.holder)))


def test_fapi_ciba_id1_ensure_unsigned_backchannel_authorization_request_fails(rp: CallingParty) -> None:
    """FAPI-CIBA §5.2.2."""
    data = {"scope": "openid", "login_hint": "ada", **rp.identity()}
    refused(rp.http.post(BC_AUTHORIZE, data=data, headers=rp.headers()))


def test_fapi_ciba_id1_ensure_authorization_request_with_multiple_hints_fails(rp: CallingParty) -> None:
    """CIBA Core §7.1: exactly one."""
    refused(rp.send(rp.signed(id_token_hint="x.y.z")))


@runs(TLS_MTLS)
def test_fapi_ciba_id1_ensure_different_client_id_and_issuer_in_backchannel_authorization_request(
    rp: CallingParty, other: CallingParty
) -> None:
    """The certificate is one client's, the request another's."""
    refused(rp.send(other.signed()))


@runs(TLS_MTLS)
def test_fapi_ciba_id1_ensure_wrong_client_id_in_backchannel_authorization_request(
    rp: CallingParty, other: CallingParty
) -> None:
    """The name is another client's."""
    refused(rp.send(rp.signed(), client_id=other.client_id), "invalid_client", "invalid_request")


def test_fapi_ciba_id1_ensure_without_client_assertion_in_backchannel_authorization_request(
    rp: CallingParty,
) -> None:
    """Nobody is authenticated."""
    response = rp.send(rp.signed(), client_assertion=None, client_assertion_type=None)
    refused(response, "invalid_client", "invalid_request")


def test_fapi_ciba_id1_ensure_client_assertion_signature_algorithm_in_backchannel_authorization_request_is_RS256_fails(  # noqa: E501
    rp: CallingParty,
) -> None:
    """FAPI 2.0 Security Profile §5.4.1."""
    assertion = rp.assertion(KeyHolder("RS256"))
    refused(rp.send(rp.signed(), **assertion), "invalid_client")
