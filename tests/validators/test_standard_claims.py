"""Claims about a person (OpenID Connect Core §5.1)."""

from typing import Any

import pytest

from validators.standard_claims import InvalidClaim, read_claims


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        pytest.param("sub", "x", id="sub"),
        pytest.param("iss", "x", id="iss"),
        pytest.param("aud#ko", "x", id="aud-in-korean"),
        pytest.param("amr", ["pwd"], id="amr"),
        pytest.param("cnf", {}, id="cnf"),
        pytest.param("scope", "admin", id="scope"),
        pytest.param("_claim_sources", {}, id="claim-sources"),
        pytest.param("updated_at", 1, id="updated-at"),
        pytest.param("name\u0000", "x", id="nul-in-name"),
    ],
)
def test_names_of_the_protocol_are_refused(claim: str, value: Any) -> None:
    """RFC 7519 §4.1: a claim about a person cannot pass for one of the token's own."""
    with pytest.raises(InvalidClaim) as caught:
        read_claims({claim: value})

    assert caught.value.claim == claim


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        pytest.param("name", 7, id="name-number"),
        pytest.param("name#ko", "", id="empty-name"),
        pytest.param("nickname", "a\u202eb", id="bidi"),
        pytest.param("given_name", "x" * 1001, id="long"),
        pytest.param("email", "ada", id="email"),
        pytest.param("email", 7, id="email-number"),
        pytest.param("email_verified", "true", id="verified-string"),
        pytest.param("phone_number_verified", 1, id="verified-number"),
        pytest.param("picture", "javascript:alert(1)", id="picture-script"),
        pytest.param("profile", "https://", id="profile-without-host"),
        pytest.param("website", "https://[::1", id="website-broken"),
        pytest.param("birthdate", "1815-02-30", id="no-such-day"),
        pytest.param("birthdate", "10/12/1815", id="birthdate-form"),
        pytest.param("birthdate", 1815, id="birthdate-number"),
        pytest.param("address", "London", id="address-string"),
        pytest.param("address", {"country": 7}, id="country-number"),
        pytest.param("address", {"formatted": "a\u0007b"}, id="address-control"),
    ],
)
def test_wrong_value_is_refused(claim: str, value: Any) -> None:
    """OpenID Connect Core §5.1: each standard claim has its type."""
    with pytest.raises(InvalidClaim) as caught:
        read_claims({claim: value})

    assert caught.value.claim == claim


@pytest.mark.parametrize("claims", [{"x": float("inf")}, {"x": "\ud800"}, {"x": "y" * 16384}])
def test_what_cannot_be_json_is_refused(claims: dict[str, Any]) -> None:
    """RFC 8259 §8.1: Unicode text, of bounded size."""
    with pytest.raises(InvalidClaim):
        read_claims(claims)


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"name": "Ada", "name#ja-Kana-JP": "エイダ"}, id="languages"),
        pytest.param({"birthdate": "0000-02-29"}, id="year-not-told"),
        pytest.param({"birthdate": "1815"}, id="year-alone"),
        pytest.param({"address": {"formatted": "1 Main St\r\nTown"}}, id="address-lines"),
        pytest.param({"department": {"floors": [1, 2]}}, id="unknown"),
    ],
)
def test_sound_claims_are_kept(claims: dict[str, Any]) -> None:
    """OpenID Connect Core §5.1, §5.1.1, §5.2."""
    assert read_claims(claims | {"gender": None}) == claims
