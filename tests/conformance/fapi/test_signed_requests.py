"""fapi2-message-signing-final: signed requests and signed answers (CONFORMANCE 6, marks M and JARM)."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.assertions import KeyHolder, hand_made
from tests.conformance.fapi.conftest import EVERY, MakeParty, runs
from tests.conformance.fapi.relying_party import RelyingParty, read_signed
from tests.conformance.op import ISSUER, Provider

pytestmark = pytest.mark.journey

PROFILE = "fapi2-message-signing"
MINUTE = 60


def push(rp: RelyingParty, request: str, **beside: str) -> TestResponse:
    """Push a request object and little beside it."""
    return rp.send_push({"client_id": rp.client_id, "request": request, **beside})


def accepted(rp: RelyingParty, request: str, **beside: str) -> dict[str, str]:
    """Push a request object, sign in; return the answer."""
    response = push(rp, request, **beside)
    assert response.status_code == 201, response.text
    return rp.answer(rp.person.finish(rp.open(response.get_json()["request_uri"])))


def refused(response: TestResponse, *errors: str) -> None:
    """Refused at /par."""
    assert response.status_code == 400, response.text
    assert response.get_json()["error"] in (errors or ("invalid_request_object",)), response.text


@runs(*EVERY)
def test_fapi2_message_signing_final_happy_flow(rp: RelyingParty) -> None:
    """A signed request; plain answer, tokens, UserInfo."""
    answer = accepted(rp, rp.request_object(state="s"))

    assert (answer["state"], answer["iss"]) == ("s", ISSUER)
    rp.check_resource(rp.tokens(rp.redeem(answer["code"]))["access_token"])


def test_fapi2_message_signing_final_jarm(rp: RelyingParty, op: Provider) -> None:
    """JARM §2.1, §2.3: ``response`` alone, with iss, aud, exp, signed by a key of /jwks; errors too."""
    answer = accepted(rp, rp.request_object(state="s", response_mode="jwt"))
    claims = read_signed(rp.http, answer["response"], audience=rp.client_id)
    rp.person.answers["consent-form"] = {"decision": "deny"}
    denied = accepted(rp, rp.request_object(state="d", response_mode="jwt", prompt="consent"))

    assert answer.keys() == {"response"}
    assert claims["state"] == "s"
    assert op.clock() < claims["exp"] <= op.clock() + 600
    rp.check_resource(rp.tokens(rp.redeem(claims["code"]))["access_token"])
    told = read_signed(rp.http, denied["response"], audience=rp.client_id)
    assert (told["error"], told["state"]) == ("access_denied", "d")


def test_fapi2_message_signing_final_discovery_end_point_verification(rp: RelyingParty) -> None:
    """Signed requests demanded, signed answers offered."""
    document = rp.http.get(f"{ISSUER}/.well-known/openid-configuration").get_json()

    assert document["require_signed_request_object"] is True
    assert "jwt" in document["response_modes_supported"]
    assert set(document["request_object_signing_alg_values_supported"]) <= {"PS256", "ES256", "EdDSA"}
    assert set(document["authorization_signing_alg_values_supported"]) <= {"PS256", "ES256", "EdDSA"}


def test_fapi2_security_profile_final_ensure_different_nonce_inside_and_outside_request_object(
    rp: RelyingParty,
) -> None:
    """RFC 9101 §6.3: what is signed counts."""
    answer = accepted(rp, rp.request_object(nonce="inside"), nonce="outside")
    tokens = rp.tokens(rp.redeem(answer["code"]))

    assert rp.read_id_token(tokens["id_token"])["nonce"] == "inside"


def test_fapi2_security_profile_final_ensure_different_state_inside_and_outside_request_object(
    rp: RelyingParty,
) -> None:
    """RFC 9101 §6.3."""
    assert accepted(rp, rp.request_object(state="inside"), state="outside")["state"] == "inside"


def test_fapi2_security_profile_final_state_only_outside_request_object_not_used(rp: RelyingParty) -> None:
    """RFC 9101 §6.3."""
    assert "state" not in accepted(rp, rp.request_object(state=None), state="outside")


def test_fapi2_security_profile_final_ensure_request_object_without_redirect_uri_fails(
    make_party: MakeParty,
) -> None:
    """What is beside the object does not help."""
    rp = make_party(redirect_uris=["https://suite.example/a", "https://suite.example/b"])

    refused(
        push(rp, rp.request_object(redirect_uri=None), redirect_uri="https://suite.example/a"),
        *("invalid_request", "invalid_request_object"),
    )


def test_fapi2_security_profile_final_ensure_request_object_with_multiple_aud_succeeds(
    rp: RelyingParty,
) -> None:
    """RFC 9101 §4: an array may hold the issuer."""
    assert accepted(rp, rp.request_object(aud=[ISSUER, "https://other.example"]))["code"]


def test_fapi2_security_profile_final_ensure_request_object_with_nbf_8_seconds_in_the_future_is_accepted(
    rp: RelyingParty,
) -> None:
    """Clocks may differ by ten seconds."""
    assert accepted(rp, rp.request_object(nbf=rp.op.clock() + 8))["code"]


def test_fapi2_security_profile_final_ensure_request_object_without_exp_fails(rp: RelyingParty) -> None:
    """FAPI 2.0 Message Signing §5.3.1."""
    refused(push(rp, rp.request_object(exp=None)))


def test_fapi2_security_profile_final_ensure_request_object_without_nbf_fails(rp: RelyingParty) -> None:
    """FAPI 2.0 Message Signing §5.3.1."""
    refused(push(rp, rp.request_object(nbf=None)))


def test_fapi2_security_profile_final_ensure_expired_request_object_fails(rp: RelyingParty) -> None:
    """It has ended."""
    refused(push(rp, rp.request_object(exp=rp.op.clock() - MINUTE)))


def test_fapi2_security_profile_final_ensure_request_object_with_bad_aud_fails(rp: RelyingParty) -> None:
    """Made out to somebody else."""
    refused(push(rp, rp.request_object(aud="https://other.example")))


def test_fapi2_security_profile_final_ensure_request_object_with_exp_over_60_fails(rp: RelyingParty) -> None:
    """FAPI 2.0 Message Signing §5.3.1: an hour at most after nbf."""
    refused(push(rp, rp.request_object(exp=rp.op.clock() + 70 * MINUTE)))


def test_fapi2_security_profile_final_ensure_request_object_with_nbf_over_60_fails(rp: RelyingParty) -> None:
    """FAPI 2.0 Message Signing §5.3.1: an hour ago at most."""
    now = rp.op.clock()

    refused(push(rp, rp.request_object(nbf=now - 70 * MINUTE, exp=now + MINUTE)))


def test_fapi2_security_profile_final_ensure_signed_request_object_with_RS256_fails(
    make_party: MakeParty,
) -> None:
    """FAPI 2.0 Security Profile §5.4.1."""
    rsa = KeyHolder("RS256", kid="rsa")
    rp = make_party(jwks={"keys": [rsa.jwk]}, token_endpoint_auth_method="private_key_jwt")
    rp.holder = rsa
    rsa.alg = "PS256"  # for the client assertion; one key can do both

    refused(push(rp, rp.request_object(alg="RS256")))


def test_fapi2_security_profile_final_ensure_request_object_signature_algorithm_is_not_none(
    rp: RelyingParty,
) -> None:
    """Unsigned is nothing."""
    claims: dict[str, Any] = {**rp.request(), "iss": rp.client_id, "aud": ISSUER}

    refused(push(rp, hand_made({"alg": "none", "typ": "oauth-authz-req+jwt"}, claims)))


def test_fapi2_security_profile_final_ensure_request_object_with_invalid_signature_fails(
    rp: RelyingParty,
) -> None:
    """Changed on its way."""
    head, claims, signature = rp.request_object().split(".")
    changed = ("B" if signature[0] == "A" else "A") + signature[1:]

    refused(push(rp, f"{head}.{claims}.{changed}"))


def test_fapi2_security_profile_final_ensure_matching_key_in_authorization_request(
    rp: RelyingParty, other: RelyingParty
) -> None:
    """Signed with the other client's key."""
    rp_request = other.request_object(iss=rp.client_id, client_id=rp.client_id)

    refused(push(rp, rp_request))


def test_fapi2_security_profile_final_ensure_unsigned_request_at_par_endpoint_fails(rp: RelyingParty) -> None:
    """FAPI 2.0 Message Signing §5.3.1: signed, always."""
    refused(rp.send_push(rp.request()), "invalid_request", "invalid_request_object")


def test_fapi2_security_profile_final_par_authorization_request_containing_request_uri(
    rp: RelyingParty,
) -> None:
    """RFC 9126 §2.1: a request_uri inside the object is not pushed either."""
    response = push(rp, rp.request_object(request_uri="urn:ietf:params:oauth:request_uri:x"))

    refused(response, "invalid_request", "invalid_request_object")
