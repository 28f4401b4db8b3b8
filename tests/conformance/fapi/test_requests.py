"""fapi2-security-profile-final: what an authorization request may be (CONFORMANCE 6)."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.browser import VERIFIER
from tests.conformance.fapi.conftest import BOTH_BINDINGS, EVERY, MakeParty, runs
from tests.conformance.fapi.relying_party import PAR, RelyingParty
from tests.conformance.op import ISSUER, Provider

pytestmark = pytest.mark.journey

PROFILE = "fapi2"


def refused(response: TestResponse, *errors: str, status: int = 400) -> None:
    """Refused at /par, in JSON, with one of ``errors``."""
    assert (response.status_code, response.mimetype) == (status, "application/json"), response.text
    assert response.get_json()["error"] in errors, response.text


def test_fapi2_security_profile_final_discovery_end_point_verification(rp: RelyingParty) -> None:
    """What the profile demands is told, and nothing that it forbids."""
    document = rp.http.get(f"{ISSUER}/.well-known/openid-configuration").get_json()

    assert document["response_types_supported"] == ["code"]
    assert document["pushed_authorization_request_endpoint"] == PAR
    assert document["require_pushed_authorization_requests"] is True
    assert document["authorization_response_iss_parameter_supported"] is True
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert set(document["token_endpoint_auth_methods_supported"]) == {
        *("private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth")
    }
    assert document["tls_client_certificate_bound_access_tokens"] is True
    for name, value in document.items():
        if name.endswith("signing_alg_values_supported"):
            assert set(value) <= {"PS256", "ES256", "EdDSA"}, name


@runs(*EVERY)
def test_fapi2_security_profile_final_happy_flow(rp: RelyingParty, other: RelyingParty) -> None:
    """Both clients sign in; a token in the query is refused; odd Accept headers do no harm."""
    token = rp.sign_in()["access_token"]
    other.sign_in()
    proofs = rp.proofs("GET", f"{ISSUER}/userinfo", token)

    in_query = rp.http.get(f"{ISSUER}/userinfo", query_string={"access_token": token})
    odd = rp.http.get(
        f"{ISSUER}/userinfo",
        headers=[
            ("Authorization", f"{'DPoP' if proofs else 'Bearer'} {token}"),
            ("Accept", "application/xml, text/plain;q=0.5"),
            *rp.headers(*proofs),
        ],
    )

    assert in_query.status_code in (400, 401)
    assert (odd.status_code, odd.mimetype) == (200, "application/json")


def test_fapi2_security_profile_final_user_rejects_authentication(rp: RelyingParty) -> None:
    """The client is told."""
    rp.person.answers["consent-form"] = {"decision": "deny"}

    answer = rp.answer(rp.person.finish(rp.open(rp.push(rp.request(state="s")))))

    assert (answer["error"], answer["state"], answer["iss"]) == ("access_denied", "s", ISSUER)


def test_fapi2_security_profile_final_ensure_authorization_request_without_state_success(
    rp: RelyingParty,
) -> None:
    """Nothing that was not asked comes back."""
    assert "state" not in rp.authorize(rp.request(state=None))


def test_fapi2_security_profile_final_ensure_authorization_request_without_nonce_success(
    rp: RelyingParty,
) -> None:
    """Nothing that was not asked comes back."""
    assert "nonce" not in rp.sign_in(nonce=None)["claims"]


def test_fapi2_security_profile_final_ensure_authorization_request_with_64_char_nonce_success(
    rp: RelyingParty,
) -> None:
    """It comes back whole."""
    assert rp.sign_in(nonce="n" * 64)["claims"]["nonce"] == "n" * 64


def test_fapi2_security_profile_final_ensure_authorization_request_with_long_nonce(rp: RelyingParty) -> None:
    """384 characters come back whole, too."""
    assert rp.sign_in(nonce="x" * 384)["claims"]["nonce"] == "x" * 384


def test_fapi2_security_profile_final_ensure_authorization_request_with_long_state(rp: RelyingParty) -> None:
    """It comes back whole."""
    assert rp.authorize(rp.request(state="s" * 384))["state"] == "s" * 384


def test_fapi2_security_profile_final_ensure_other_scope_order_succeeds(rp: RelyingParty) -> None:
    """Scope values are a set."""
    assert rp.sign_in(scope="profile openid")["claims"]["sub"] == rp.op.sub


def test_fapi2_security_profile_final_test_claims_parameter_identity_claims(
    rp: RelyingParty, op: Provider
) -> None:
    """Every claim about a person that discovery names comes back as asked."""
    document = rp.http.get(f"{ISSUER}/.well-known/openid-configuration").get_json()
    protocol = {"sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid"}
    asked = [name for name in document["claims_supported"] if name not in protocol]
    claims: dict[str, Any] = {"id_token": dict.fromkeys(asked), "userinfo": dict.fromkeys(asked)}

    tokens = rp.sign_in(claims=json.dumps(claims))
    told = rp.resource(
        tokens["access_token"], *rp.proofs("GET", f"{ISSUER}/userinfo", tokens["access_token"])
    ).get_json()

    assert [name for name in asked if name not in tokens["claims"]] == []
    assert [name for name in asked if name not in told] == []


@runs(*BOTH_BINDINGS)
def test_fapi2_security_profile_final_access_token_type_header_case_sensitivity(rp: RelyingParty) -> None:
    """RFC 9110 §11.1: the scheme is a word in any case."""
    token = rp.sign_in()["access_token"]
    usual = "DPoP" if rp.proofs("GET", ISSUER) else "Bearer"

    for scheme in (usual.lower(), usual.upper()):
        proofs = rp.proofs("GET", f"{ISSUER}/userinfo", token)
        assert rp.resource(token, *proofs, scheme=scheme).status_code == 200


def test_fapi2_security_profile_final_par_without_duplicate_parameters(rp: RelyingParty) -> None:
    """RFC 9126 §4: client_id and request_uri are enough."""
    assert rp.authorize(rp.request())["code"]


def test_fapi2_security_profile_final_plain_fapi_tolerate_unregistered_redirect_uri(rp: RelyingParty) -> None:
    """May be accepted or refused; Paper refuses."""
    refused(rp.send_push(rp.request(redirect_uri="https://suite.example/else")), "invalid_request")


def test_fapi2_security_profile_final_ensure_redirect_uri_in_authorization_request(
    make_party: MakeParty,
) -> None:
    """Left out, it can only be the one that is registered; of two it is neither."""
    two = make_party(redirect_uris=["https://suite.example/a", "https://suite.example/b"])

    refused(two.send_push(two.request(redirect_uri=None)), "invalid_request")
    one = make_party()
    assert one.authorize(one.request(redirect_uri=None))["code"]


def test_fapi2_security_profile_final_ensure_unsigned_authorization_request_without_using_par_fails(
    rp: RelyingParty,
) -> None:
    """FAPI 2.0 Security Profile §5.3.2.2: requests come by /par alone."""
    answer = rp.answer(rp.person.visit("GET", f"{ISSUER}/authorize", rp.request()))

    assert answer["error"] == "invalid_request"


def test_fapi2_security_profile_final_ensure_response_type_code_idtoken_fails(rp: RelyingParty) -> None:
    """The profile knows code alone."""
    refused(rp.send_push(rp.request(response_type="code id_token")), "unsupported_response_type")


def test_fapi2_security_profile_final_ensure_response_type_token_fails(rp: RelyingParty) -> None:
    """The profile knows code alone."""
    refused(rp.send_push(rp.request(response_type="token")), "unsupported_response_type")


def test_fapi2_security_profile_final_par_ensure_reused_request_uri_prior_to_auth_completion_succeeds(
    rp: RelyingParty,
) -> None:
    """A person may load the page again."""
    request_uri = rp.push(rp.request())
    first = rp.open(request_uri)

    answer = rp.answer(rp.person.finish(rp.open(request_uri)))

    assert first.status_code == 200
    assert "code" in answer


def test_fapi2_security_profile_final_par_attempt_reuse_request_uri(rp: RelyingParty) -> None:
    """Answered once, it is over."""
    request_uri = rp.push(rp.request())
    assert "code" in rp.answer(rp.person.finish(rp.open(request_uri)))

    assert rp.open(request_uri).status_code == 400


def test_fapi2_security_profile_final_par_attempt_to_use_expired_request_uri(
    rp: RelyingParty, op: Provider
) -> None:
    """After expires_in it is nothing."""
    request_uri = rp.push(rp.request())
    op.clock.advance(seconds=61)

    assert rp.open(request_uri).status_code == 400


def test_fapi2_security_profile_final_par_attempt_to_use_request_uri_for_different_client(
    rp: RelyingParty, other: RelyingParty
) -> None:
    """RFC 9126 §2.2: bound to the client that pushed it."""
    assert other.open(rp.push(rp.request())).status_code == 400


def test_fapi2_security_profile_final_par_authorization_request_containing_request_uri_form_param(
    rp: RelyingParty,
) -> None:
    """RFC 9126 §2.1: a request_uri is not pushed."""
    asked = rp.request() | {"request_uri": rp.push(rp.request())}

    refused(rp.send_push(asked), "invalid_request")


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_fapi2_security_profile_final_par_attempt_invalid_http_method(rp: RelyingParty, method: str) -> None:
    """RFC 9126 §2.3: POST alone."""
    response = rp.http.open(PAR, method=method, query_string=rp.request())

    assert response.status_code == 405


def test_fapi2_security_profile_final_par_ensure_pkce_required(rp: RelyingParty) -> None:
    """FAPI 2.0 Security Profile §5.3.2.2."""
    asked = rp.request(code_challenge=None, code_challenge_method=None)

    refused(rp.send_push(asked), "invalid_request")


def test_fapi2_security_profile_final_par_plain_pkce_rejected(rp: RelyingParty) -> None:
    """S256 alone."""
    asked = rp.request(code_challenge=VERIFIER, code_challenge_method="plain")

    refused(rp.send_push(asked), "invalid_request")
