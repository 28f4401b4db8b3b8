"""Code challenges and verifiers (RFC 7636)."""

import pytest

from validators.pkce import is_challenge, verifies

# RFC 7636 appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_known_answer() -> None:
    """RFC 7636 appendix B."""
    assert verifies(VERIFIER, CHALLENGE)
    assert is_challenge(CHALLENGE)


@pytest.mark.security
@pytest.mark.parametrize(
    "verifier",
    [
        pytest.param(CHALLENGE, id="the-challenge-itself"),
        pytest.param("", id="empty"),
        pytest.param(VERIFIER[:-1], id="42-characters"),
        pytest.param(VERIFIER + "x", id="one-more"),
        pytest.param(VERIFIER + "\n", id="line-end"),
        pytest.param("a" * 129, id="129-characters"),
        pytest.param(VERIFIER[:-1] + "=", id="padding"),
        pytest.param(VERIFIER[:-1] + "+", id="other-alphabet"),
        pytest.param("é" * 43, id="not-ascii"),
        pytest.param("a" * 65536, id="64-kB"),
    ],
)
def test_a_wrong_verifier(verifier: str) -> None:
    """RFC 7636 §4.1, §4.6; ``plain`` does not exist."""
    assert not verifies(verifier, CHALLENGE)


@pytest.mark.parametrize("verifier", ["a" * 43, "~" * 128, "-._~" * 20])
def test_every_permitted_verifier_can_be_used(verifier: str) -> None:
    """RFC 7636 §4.1: 43 to 128 unreserved characters; a challenge of another never matches."""
    assert not verifies(verifier, CHALLENGE)


def test_a_stored_challenge_that_is_none_matches_nothing() -> None:
    """OAUTHLIB §3: an empty or broken challenge is neither an error nor a match."""
    for challenge in ("", "é" * 43, VERIFIER):
        if challenge.isascii():
            assert not verifies(VERIFIER, challenge)


@pytest.mark.parametrize(
    "challenge",
    [
        pytest.param("", id="empty"),
        pytest.param("a" * 42, id="42-characters"),
        pytest.param("a" * 44, id="44-characters"),
        pytest.param(CHALLENGE + "=", id="padding"),
        pytest.param(CHALLENGE[:-1] + "+", id="other-alphabet"),
        pytest.param(CHALLENGE + "\n", id="line-end"),
        pytest.param("é" * 43, id="not-ascii"),
    ],
)
def test_a_malformed_challenge(challenge: str) -> None:
    """RFC 7636 §4.2: the base64url of 32 bytes has 43 characters."""
    assert not is_challenge(challenge)
