"""Modules about codes and refresh tokens, over every kind of database: CONFORMANCE 3.1."""

from typing import Any

import pytest

from tests.conformance.answers import MIN_BITS, entropy
from tests.conformance.every_store import op as op
from tests.conformance.plans import BASIC, HYBRID, runs
from tests.conformance.suite import Outcome, Suite

pytestmark = pytest.mark.journey

NONCE = "n" * 43


@runs(*BASIC, *HYBRID)
def test_oidcc_codereuse(suite: Suite) -> None:
    """A second use of a code, at once: 400 invalid_grant."""
    outcome = suite.sign_in()

    suite.token_error(suite.redeem(suite.client, outcome.answer["code"]), "invalid_grant")


@runs(*BASIC, *HYBRID)
def test_oidcc_codereuse_30seconds(suite: Suite) -> None:
    """A second use 30 s later: 400 invalid_grant, and the tokens of the first use end."""
    outcome = suite.sign_in()
    suite.op.clock.advance(seconds=30)

    suite.token_error(suite.redeem(suite.client, outcome.answer["code"]), "invalid_grant")

    headers = {"Authorization": f"Bearer {outcome.access_token}"}
    response = suite.http.get(suite.metadata["userinfo_endpoint"], headers=headers)
    assert 400 <= response.status_code < 500


@runs(*BASIC, *HYBRID)
def test_oidcc_refresh_token(suite: Suite) -> None:
    """Two clients refresh, each with its own token alone; the new ID token is of the same sign-in."""
    assert "refresh_token" in suite.metadata["grant_types_supported"]
    assert "offline_access" in suite.metadata["scopes_supported"]
    first, second = (refreshing_client(suite) for _ in range(2))
    asked: dict[str, Any] = {"scope": "openid offline_access", "prompt": "consent"}

    one = suite.sign_in(first, **asked)
    two = suite.sign_in(second, nonce=NONCE, **asked)
    suite.op.clock.advance(seconds=1)

    check_refresh(suite, first, one)
    check_refresh(suite, second, two)
    stolen = suite.token_request(first, grant_type="refresh_token", refresh_token=two.tokens["refresh_token"])
    suite.token_error(stolen, "invalid_grant")


def refreshing_client(suite: Suite) -> dict[str, Any]:
    """Register a client that may refresh."""
    grant_types = ["authorization_code", "refresh_token"]
    return suite.register(grant_types=grant_types + ["implicit"] * (suite.response_type != "code"))


def check_refresh(suite: Suite, client: dict[str, Any], outcome: Outcome) -> None:
    """Refresh once; compare the tokens with those of the sign-in."""
    token = outcome.tokens["refresh_token"]
    tokens = suite.tokens(suite.token_request(client, grant_type="refresh_token", refresh_token=token))

    assert entropy(tokens.get("refresh_token", token)) >= MIN_BITS
    if "id_token" in tokens:
        before = outcome.id_tokens[-1]
        after = suite.read_id_token(client, tokens["id_token"], None)  # without a nonce: Core §12.2
        for name in ("iss", "sub", "aud", "azp", "auth_time"):
            assert after.get(name) == before.get(name)
        assert after["iat"] > before["iat"]
    suite.userinfo(tokens["access_token"], outcome.claims["sub"])
