"""fapi2-security-profile-final: how clients prove themselves (CONFORMANCE 6)."""

import pytest
from werkzeug.test import TestResponse

from tests.assertions import KeyHolder
from tests.conformance.fapi.conftest import EVERY, KEY_DPOP, KEY_MTLS, runs
from tests.conformance.fapi.relying_party import PAR, TOKEN, RelyingParty

pytestmark = pytest.mark.journey

PROFILE = "fapi2"


def refused(response: TestResponse) -> None:
    """400 or 401, and the client is told that it is not believed."""
    assert response.status_code in (400, 401), response.text
    assert response.get_json()["error"] in ("invalid_client", "invalid_request"), response.text


@runs(*EVERY)
def test_fapi2_security_profile_final_ensure_client_id_in_token_endpoint(
    rp: RelyingParty, other: RelyingParty
) -> None:
    """Another client's name beside one's own proof is refused."""
    response = rp.redeem(rp.code(), client_id=other.client_id)

    assert response.status_code in (400, 401)
    assert response.get_json()["error"] in ("invalid_client", "invalid_request", "invalid_grant")


def test_fapi2_security_profile_final_ensure_signed_client_assertion_with_RS256_fails(
    rp: RelyingParty,
) -> None:
    """FAPI 2.0 Security Profile §5.4.1: PS256, ES256 or EdDSA."""
    refused(rp.send_push(rp.request(), **rp.assertion(KeyHolder("RS256"))))


@runs(KEY_DPOP, KEY_MTLS)
def test_fapi2_security_profile_final_ensure_client_assertion_in_token_endpoint(rp: RelyingParty) -> None:
    """Without an assertion nobody is authenticated."""
    refused(rp.redeem(rp.code(), client_assertion=None, client_assertion_type=None))


def test_fapi2_security_profile_final_ensure_client_assertion_with_exp_is_5_minutes_in_past_fails(
    rp: RelyingParty,
) -> None:
    """It has ended."""
    refused(rp.send_push(rp.request(), **rp.assertion(exp=rp.op.clock() - 300)))


def test_fapi2_security_profile_final_ensure_client_assertion_with_wrong_aud_fails(rp: RelyingParty) -> None:
    """Made out to somebody else."""
    refused(rp.send_push(rp.request(), **rp.assertion(aud="https://other.example")))


def test_fapi2_security_profile_final_ensure_client_assertion_with_no_sub_fails(rp: RelyingParty) -> None:
    """RFC 7523 §3: it must say who."""
    refused(rp.send_push(rp.request(), **rp.assertion(sub=None)))


def test_fapi2_security_profile_final_par_ensure_jwt_client_assertions_nbf_8_seconds_in_the_future_is_accepted(  # noqa: E501
    rp: RelyingParty,
) -> None:
    """FAPI 2.0 Security Profile §5.3.2.1: clocks may differ by ten seconds."""
    now = rp.op.clock()

    assert rp.send_push(rp.request(), **rp.assertion(nbf=now + 8, iat=now + 8)).status_code == 201


def test_fapi2_security_profile_final_par_ensure_jwt_client_assertions_nbf_over_60_seconds_in_the_future_fails(  # noqa: E501
    rp: RelyingParty,
) -> None:
    """But not by a minute."""
    refused(rp.send_push(rp.request(), **rp.assertion(nbf=rp.op.clock() + 65)))


def test_fapi2_security_profile_final_par_test_array_as_audience_fails(rp: RelyingParty) -> None:
    """FAPI 2.0 Security Profile §5.3.2.1: the issuer as one string."""
    refused(rp.send_push(rp.request(), **rp.assertion(aud=["https://op.example", "https://other.example"])))


def test_fapi2_security_profile_final_par_test_par_endpoint_url_as_audience_fails(rp: RelyingParty) -> None:
    """The issuer alone."""
    refused(rp.send_push(rp.request(), **rp.assertion(aud=PAR)))


def test_fapi2_security_profile_final_par_test_token_endpoint_url_as_audience_fails(rp: RelyingParty) -> None:
    """The issuer alone."""
    refused(rp.send_push(rp.request(), **rp.assertion(aud=TOKEN)))
