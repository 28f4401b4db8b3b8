"""fapi2-security-profile-final: codes and refresh tokens (CONFORMANCE 6)."""

import pytest
from werkzeug.test import TestResponse

from tests.conformance.fapi.conftest import BOTH_BINDINGS, EVERY, runs
from tests.conformance.fapi.relying_party import DPOP, TOKEN, USERINFO, RelyingParty
from tests.conformance.op import Provider

pytestmark = pytest.mark.journey

PROFILE = "fapi2"


def refused(response: TestResponse, *errors: str) -> None:
    """Refused at /token with one of ``errors``."""
    assert response.status_code in (400, 401), response.text
    assert response.get_json()["error"] in errors, response.text


@runs(*EVERY)
def test_fapi2_security_profile_final_ensure_authorization_code_is_bound_to_client(
    rp: RelyingParty, other: RelyingParty
) -> None:
    """RFC 6749 §4.1.3."""
    refused(other.redeem(rp.code()), "invalid_grant")


@runs(*EVERY)
def test_fapi2_security_profile_final_ensure_holder_of_key_required(rp: RelyingParty) -> None:
    """FAPI 2.0 Security Profile §5.3.2.1: no token without a key; the certificate counts where it is one."""
    form: dict[str, str | None] = {"grant_type": "authorization_code", "code": rp.code()}
    form |= {"redirect_uri": rp.request()["redirect_uri"], "code_verifier": None}

    response = rp.http.post(TOKEN, data={**rp.identity(), **{k: v for k, v in form.items() if v}})

    refused(response, "invalid_request", "invalid_dpop_proof", "invalid_grant", "invalid_client")


@runs(*BOTH_BINDINGS)
def test_fapi2_security_profile_final_attempt_reuse_authorization_code_after_one_second(
    rp: RelyingParty, op: Provider
) -> None:
    """Refused, and what the first use gave is taken back (RFC 6749 §4.1.2)."""
    code = rp.code()
    token = rp.tokens(rp.redeem(code))["access_token"]
    op.clock.advance(seconds=1)

    refused(rp.redeem(code), "invalid_grant")

    assert rp.resource(token, *rp.proofs("GET", USERINFO, token)).status_code == 401


def test_fapi2_security_profile_final_ensure_token_endpoint_fails_with_expired_auth_code(
    rp: RelyingParty, op: Provider
) -> None:
    """FAPI 2.0 Security Profile §5.3.2.2: a code lives a minute at most."""
    code = rp.code()
    op.clock.advance(seconds=62)

    refused(rp.redeem(code), "invalid_grant")


def test_fapi2_security_profile_final_ensure_pkce_code_verifier_required(rp: RelyingParty) -> None:
    """RFC 7636 §4.5."""
    refused(rp.redeem(rp.code(), code_verifier=None), "invalid_grant", "invalid_request")


def test_fapi2_security_profile_final_incorrect_pkce_code_verifier_rejected(rp: RelyingParty) -> None:
    """RFC 7636 §4.6."""
    refused(rp.redeem(rp.code(), code_verifier="w" * 43), "invalid_grant")


@runs(*EVERY)
def test_fapi2_security_profile_final_refresh_token(rp: RelyingParty, other: RelyingParty) -> None:
    """Bound to its client, which authenticates and proves its key; it stays the same (§5.3.2.1)."""
    token = rp.sign_in(scope="openid offline_access")["refresh_token"]
    form: dict[str, str | None] = {"grant_type": "refresh_token", "refresh_token": token}

    refused(other.token_request(form), "invalid_grant")
    if rp.variant.binding == DPOP:
        refused(rp.token_request(form, proofs=[]), "invalid_request", "invalid_dpop_proof", "invalid_grant")
    else:
        without = {**rp.identity(), **{name: value for name, value in form.items() if value}}
        refused(rp.http.post(TOKEN, data=without), "invalid_request", "invalid_grant", "invalid_client")
    unauthenticated = rp.http.post(TOKEN, data={k: v for k, v in form.items() if v}, headers=rp.headers())
    refused(unauthenticated, "invalid_client")

    refreshed = rp.tokens(rp.token_request(form))

    assert refreshed.get("refresh_token", token) == token
    rp.check_resource(refreshed["access_token"])
