"""The claim set of an ID token."""

from typing import Any

import pytest

from keys.errors import UnknownAlgorithm
from keys.id_token import PROTOCOL_CLAIMS, id_token_claims

REQUIRED: dict[str, Any] = {
    "iss": "https://op.example",
    "sub": "248289761001",
    "aud": "s6BhdRkqt3",
    "now": 1_311_280_970,
    "lifetime_seconds": 1000,
    "alg": "RS256",
    "jti": "id-1",
}
EVERYTHING: dict[str, Any] = {
    **REQUIRED,
    "nonce": "n-0S6_WzA2Mj",
    "auth_time": 1_311_280_969,
    "acr": "1",
    "amr": ["pwd"],
    "access_token": "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
    "code": "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk",
    "sid": "s-1",
}


def test_the_least_id_token() -> None:
    """OpenID Connect Core §2: iss, sub, aud, exp, iat; ours has nbf and jti too, and no empty member."""
    assert id_token_claims(**REQUIRED) == {
        "iss": "https://op.example",
        "sub": "248289761001",
        "aud": "s6BhdRkqt3",
        "exp": 1_311_281_970,
        "nbf": 1_311_280_970,
        "iat": 1_311_280_970,
        "jti": "id-1",
    }


def test_what_the_sign_in_proved_is_told() -> None:
    """OpenID Connect Core §2 and appendix A.6: nonce, auth_time, acr, amr and both hashes."""
    claims = id_token_claims(**EVERYTHING)

    optional = {name: value for name, value in claims.items() if name not in id_token_claims(**REQUIRED)}
    assert optional == {
        "nonce": "n-0S6_WzA2Mj",
        "auth_time": 1_311_280_969,
        "acr": "1",
        "amr": ["pwd"],
        "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
        "c_hash": "LDktKdoQak3Pk0cnXxCltA",
        "sid": "s-1",
    }


def test_the_hash_follows_the_signing_algorithm() -> None:
    """OpenID Connect Core §3.1.3.6: ES512 means half of SHA-512, 43 characters."""
    claims = id_token_claims(**{**EVERYTHING, "alg": "ES512"})

    assert (len(claims["at_hash"]), len(claims["c_hash"])) == (43, 43)


def test_an_access_token_without_a_known_algorithm_gives_no_id_token() -> None:
    """CVE-2026-28498: never a token without the hash it should have."""
    with pytest.raises(UnknownAlgorithm):
        id_token_claims(**{**EVERYTHING, "alg": "none"})


def test_a_person_s_claims_are_added() -> None:
    """OpenID Connect Core §5.5: claims may be asked for in the ID token."""
    claims = id_token_claims(**REQUIRED, claims={"email": "ada@example.org", "address": {"country": "KR"}})

    assert (claims["email"], claims["address"]) == ("ada@example.org", {"country": "KR"})


@pytest.mark.security
@pytest.mark.parametrize(
    "parameters", [pytest.param(REQUIRED, id="least"), pytest.param(EVERYTHING, id="all")]
)
def test_a_person_s_claims_never_shadow_the_protocol_s(parameters: dict[str, Any]) -> None:
    """CVE-2024-29892: neither claims that are set nor those that happen to be absent."""
    evil = dict.fromkeys(PROTOCOL_CLAIMS, "evil")

    assert id_token_claims(**parameters, claims=evil) == id_token_claims(**parameters)
