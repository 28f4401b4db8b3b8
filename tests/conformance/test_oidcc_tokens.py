"""Modules about the happy flow and about tokens: CONFORMANCE 3.1, where the store decides nothing."""

from typing import Any

import jwt
import pytest

from tests.browser import PKCE, VERIFIER
from tests.conformance.answers import check_error
from tests.conformance.id_tokens import TOLERATED
from tests.conformance.plans import BASIC, EVERY, runs, types_with
from tests.conformance.suite import Suite, proof

pytestmark = pytest.mark.journey


@runs(*EVERY)
def test_oidcc_server(suite: Suite) -> None:
    """The happy flow; the ID token carries nothing that was not asked for."""
    outcome = suite.sign_in()

    assert outcome.claims["sub"] == suite.op.sub
    assert all(claims.keys() <= TOLERATED for claims in outcome.id_tokens)
    assert all(claims.keys() == {"sub"} for claims in outcome.userinfo)


@runs(*types_with("code"))
def test_oidcc_server_client_secret_post(suite: Suite) -> None:
    """The happy flow with the secret in the form body."""
    client = suite.register(token_endpoint_auth_method="client_secret_post")

    assert suite.sign_in(client).claims["sub"] == suite.op.sub


@runs(*types_with("code"), modes=(None,))
@pytest.mark.parametrize("method", ["client_secret_jwt", "private_key_jwt"])
def test_oidcc_server_by_assertion(suite: Suite, method: str) -> None:
    """The happy flow of a client that signs, for the token endpoint's address (oidcc-test-plan)."""
    client = suite.register(token_endpoint_auth_method=method)

    assert suite.sign_in(client).claims["sub"] == suite.op.sub


@runs("code", "id_token token", "code id_token")
def test_oidcc_response_type_missing(suite: Suite) -> None:
    """Without response_type: unsupported_response_type or invalid_request, in the query or as asked."""
    answer = suite.refused("unsupported_response_type", "invalid_request", response_type=None)

    assert answer["error"] == "invalid_request"


@runs(*EVERY)
def test_oidcc_idtoken_signature(suite: Suite) -> None:
    """Without a registered algorithm the ID token is RS256 and names its key."""
    header = jwt.get_unverified_header(suite.sign_in().raw_id_token)

    assert header["alg"] == "RS256"
    assert header["kid"] in {key["kid"] for key in suite.keys["keys"]}


@runs("code", "code token")
def test_oidcc_idtoken_unsigned(suite: Suite) -> None:
    """Skipped: discovery does not list ``none``; and nobody can register for it."""
    assert "none" not in suite.metadata["id_token_signing_alg_values_supported"]
    assert suite.send_registration(id_token_signed_response_alg="none").status_code == 400


@runs("code", "code token")
def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(suite: Suite) -> None:
    """No ID token from the authorization endpoint: no nonce needed, and none made up."""
    assert "nonce" not in suite.sign_in(nonce=None).claims


@runs(*types_with("id_token"))
def test_oidcc_ensure_request_without_nonce_fails(suite: Suite) -> None:
    """An ID token from the authorization endpoint needs a nonce: invalid_request."""
    suite.refused("invalid_request", nonce=None)


@runs(*types_with("code"))
def test_oidcc_ensure_request_with_valid_pkce_succeeds(suite: Suite) -> None:
    """An S256 challenge and its verifier."""
    pkce: dict[str, Any] = {**PKCE, "code_verifier": VERIFIER}

    assert suite.sign_in(**pkce).claims["sub"] == suite.op.sub


@runs(*BASIC)
def test_oidcc_ensure_post_request_succeeds(suite: Suite) -> None:
    """A request by form POST goes through login and consent to the end."""
    assert suite.sign_in(method="POST").claims["sub"] == suite.op.sub
    assert suite.person.pages == ["login-form", "consent-form"]


@runs(*EVERY)
def test_oidcc_ensure_request_with_unknown_parameter_succeeds(suite: Suite) -> None:
    """An unknown parameter is ignored."""
    assert suite.sign_in(extra="foobar").claims["sub"] == suite.op.sub


@runs(*EVERY, modes=(None,))
def test_oidcc_idtoken_rs256(suite: Suite) -> None:
    """Registered with RS256: the ID token is RS256 and names its key."""
    client = suite.register(id_token_signed_response_alg="RS256")

    header = jwt.get_unverified_header(suite.sign_in(client).raw_id_token)

    assert client["id_token_signed_response_alg"] == header["alg"] == "RS256"
    assert header["kid"] in {key["kid"] for key in suite.keys["keys"]}


@runs(*types_with("code"), modes=(None,))
def test_oidcc_ensure_client_assertion_with_iss_aud_succeeds(suite: Suite) -> None:
    """A client assertion whose audience is the issuer."""
    client = suite.register(token_endpoint_auth_method="private_key_jwt")
    request = suite.request(client_id=client["client_id"])
    by_assertion = proof(client, audience=suite.metadata["issuer"], now=suite.op.clock())

    outcome = suite.complete(client, request, suite.finish(request), **by_assertion)

    assert outcome.claims["sub"] == suite.op.sub


@runs(*EVERY)
def test_no_state_is_made_up(suite: Suite) -> None:
    """CONFORMANCE 2.3: without a state in the request there is none in the answer."""
    assert "state" not in suite.authorize(state=None)


@runs(*EVERY)
def test_a_person_who_says_no_is_an_error_by_the_same_way(suite: Suite) -> None:
    """CONFORMANCE 2.7: access_denied by the mode of the request, and no code."""
    request = suite.request()
    suite.person.answers["consent-form"] = {"decision": "deny"}

    answer = suite.answer(suite.person.finish(suite.open(request)), request)

    check_error(answer, "access_denied")
