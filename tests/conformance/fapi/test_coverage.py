"""Every module of the FAPI plans that is listed here has a test of its name (CONFORMANCE 6, 7)."""

import ast
from pathlib import Path

SECURITY = "fapi2-security-profile-final"
SECURITY_MODULES = """
    access-token-type-header-case-sensitivity
    attempt-reuse-authorization-code-after-one-second
    check-dpop-proof-nbf-exp
    discovery-end-point-verification
    dpop-negative-tests
    ensure-authorization-code-is-bound-to-client
    ensure-authorization-request-with-64-char-nonce-success
    ensure-authorization-request-with-long-nonce
    ensure-authorization-request-with-long-state
    ensure-authorization-request-without-nonce-success
    ensure-authorization-request-without-state-success
    ensure-client-assertion-in-token-endpoint
    ensure-client-assertion-with-exp-is-5-minutes-in-past-fails
    ensure-client-assertion-with-no-sub-fails
    ensure-client-assertion-with-wrong-aud-fails
    ensure-client-id-in-token-endpoint
    ensure-different-nonce-inside-and-outside-request-object
    ensure-different-state-inside-and-outside-request-object
    ensure-dpop-auth-code-binding-success
    ensure-dpopproof-at-par-endpoint-binding-success
    ensure-dpopproof-with-iat-10seconds-after-succeeds
    ensure-dpopproof-with-iat-10seconds-before-succeeds
    ensure-expired-request-object-fails
    ensure-holder-of-key-required
    ensure-matching-key-in-authorization-request
    ensure-mismatched-dpop-jkt-fails
    ensure-other-scope-order-succeeds
    ensure-pkce-code-verifier-required
    ensure-redirect-uri-in-authorization-request
    ensure-request-object-signature-algorithm-is-not-none
    ensure-request-object-with-bad-aud-fails
    ensure-request-object-with-exp-over-60-fails
    ensure-request-object-with-invalid-signature-fails
    ensure-request-object-with-multiple-aud-succeeds
    ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted
    ensure-request-object-with-nbf-over-60-fails
    ensure-request-object-without-exp-fails
    ensure-request-object-without-nbf-fails
    ensure-request-object-without-redirect-uri-fails
    ensure-response-type-code-idtoken-fails
    ensure-response-type-token-fails
    ensure-signed-client-assertion-with-RS256-fails
    ensure-signed-request-object-with-RS256-fails
    ensure-token-endpoint-fails-with-expired-auth-code
    ensure-token-endpoint-fails-with-mismatched-dpop-jkt
    ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt
    ensure-unsigned-authorization-request-without-using-par-fails
    ensure-unsigned-request-at-par-endpoint-fails
    happy-flow
    incorrect-pkce-code-verifier-rejected
    par-attempt-invalid-http-method
    par-attempt-reuse-request-uri
    par-attempt-to-use-expired-request-uri
    par-attempt-to-use-request-uri-for-different-client
    par-authorization-request-containing-request-uri
    par-authorization-request-containing-request-uri-form-param
    par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted
    par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails
    par-ensure-pkce-required
    par-ensure-reused-request-uri-prior-to-auth-completion-succeeds
    par-plain-pkce-rejected
    par-test-array-as-audience-fails
    par-test-par-endpoint-url-as-audience-fails
    par-test-token-endpoint-url-as-audience-fails
    par-without-duplicate-parameters
    plain-fapi-tolerate-unregistered-redirect-uri
    refresh-token
    state-only-outside-request-object-not-used
    test-claims-parameter-identity-claims
    user-rejects-authentication
"""
CIBA = "fapi-ciba-id1"
CIBA_MODULES = """
    auth-req-id-expired
    discovery-end-point-verification
    ensure-authorization-request-with-binding-message-succeeds
    ensure-authorization-request-with-multiple-hints-fails
    ensure-authorization-request-with-potentially-bad-binding-message
    ensure-client-assertion-signature-algorithm-in-backchannel-authorization-request-is-RS256-fails
    ensure-client-assertion-signature-algorithm-in-token-endpoint-request-is-RS256-fails
    ensure-client-assertion-with-iss-aud-to-token-endpoint-succeeds
    ensure-different-client-id-and-issuer-in-backchannel-authorization-request
    ensure-mtls-holder-of-key-required
    ensure-other-scope-order-succeeds
    ensure-request-object-bad-aud-fails
    ensure-request-object-bad-iss-fails
    ensure-request-object-exp-is-70-minutes-in-future-fails
    ensure-request-object-expired-exp-fails
    ensure-request-object-missing-aud-fails
    ensure-request-object-missing-exp-fails
    ensure-request-object-missing-iat-fails
    ensure-request-object-missing-iss-fails
    ensure-request-object-missing-jti-fails
    ensure-request-object-missing-nbf-fails
    ensure-request-object-nbf-is-10-minutes-in-future-fails
    ensure-request-object-nbf-is-70-minutes-in-past-fails
    ensure-request-object-signature-algorithm-is-none-fails
    ensure-request-object-signature-is-RS256-fails
    ensure-request-object-signature-is-bad-fails
    ensure-request-object-signed-by-other-client-fails
    ensure-requested-expiry-as-string-succeeds
    ensure-unsigned-backchannel-authorization-request-fails
    ensure-without-client-assertion-in-backchannel-authorization-request
    ensure-without-client-assertion-in-token-endpoint-request
    ensure-wrong-auth-req-id-in-token-endpoint-request
    ensure-wrong-client-id-in-backchannel-authorization-request
    ensure-wrong-client-id-in-token-endpoint-request
    multiple-call-to-token-endpoint
    ping-backchannel-notification-endpoint-response-401
    ping-backchannel-notification-endpoint-response-403
    ping-backchannel-notification-endpoint-response-has-body
    ping-backchannel-notification-endpoint-return-redirect-request
    ping-with-mtls-ciba-notification-endpoint-response-401-and-require-server-does-not-retry
    refresh-token
    user-rejects-authentication
"""
"""Beside the one that is called like its plan."""


def test_every_module_has_a_test_of_its_name() -> None:
    """The names of the tests are those of the modules, with underscores."""
    trees = [ast.parse(path.read_text()) for path in Path(__file__).parent.glob("test_*.py")]
    written = {
        node.name.casefold() for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    }
    modules = [f"{SECURITY}-{name}" for name in SECURITY_MODULES.split()]
    modules += [CIBA, *(f"{CIBA}-{name}" for name in CIBA_MODULES.split())]

    assert [each for each in modules if f"test_{each.replace('-', '_')}".casefold() not in written] == []
