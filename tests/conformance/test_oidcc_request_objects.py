"""Modules about requests that clients sign: CONFORMANCE 3.5, as the certification plans run them.

The suite leaves the modules with unsigned objects out where discovery lists algorithms without ``none``.
"""

import pytest

from tests.assertions import hand_made
from tests.conformance.plans import EVERY, runs, types_with
from tests.conformance.suite import CALLBACK, Suite, suite_key

pytestmark = pytest.mark.journey

OUTSIDE = ("response_type", "response_mode", "client_id", "scope", "redirect_uri")


@runs(*EVERY)
def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(suite: Suite) -> None:
    """Skipped, as ``none`` is not listed; an unsigned object is refused, never overlooked."""
    check_unsigned_is_skipped(suite)
    request = suite.request()
    outside = {name: request[name] for name in OUTSIDE if name in request}

    suite.refused(
        "invalid_request_object",
        **outside,
        state=None,
        nonce=None,
        request=hand_made({"alg": "none"}, request),
    )


@runs(*types_with("code"))
def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(suite: Suite) -> None:
    """Skipped, as ``none`` is not listed; what it says of references is true."""
    check_unsigned_is_skipped(suite)
    assert suite.metadata["request_uri_parameter_supported"] is True
    assert suite.metadata["require_request_uri_registration"] is True

    suite.refused("invalid_request_uri", request_uri="https://suite.example/request#not-its-hash")


@runs(*EVERY, modes=(None,))
def test_oidcc_request_uri_unsigned(suite: Suite) -> None:
    """Skipped, as ``none`` is not listed."""
    check_unsigned_is_skipped(suite)


@runs(*EVERY)
def test_oidcc_ensure_request_object_with_redirect_uri(suite: Suite) -> None:
    """A good redirect URI inside and a wrong one outside: the flow ends at the inner one."""
    check_unsigned_is_skipped(suite)
    request = suite.request()
    signed = suite_key().sign({**request, "iss": request["client_id"], "aud": suite.metadata["issuer"]})
    sent = request | {"request": signed, "redirect_uri": f"{CALLBACK}/other"}

    response = suite.person.finish(suite.open(sent))

    outcome = suite.complete(suite.client, request, suite.answer(response, request))
    assert outcome.claims["sub"] == suite.op.sub


def check_unsigned_is_skipped(suite: Suite) -> None:
    """Discovery says that requests may be signed, and does not list ``none``."""
    assert suite.metadata["request_parameter_supported"] is True
    listed = suite.metadata["request_object_signing_alg_values_supported"]
    assert "RS256" in listed
    assert "none" not in listed
