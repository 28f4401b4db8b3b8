"""What the suite checks of an ID token and of claims about a person (CONFORMANCE 2.5)."""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

import jwt
from joserfc.jwk import JWKRegistry
from jwt.types import Options

from tests.conformance.op import ISSUER

TOLERATED = {
    *("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp"),
    *("at_hash", "c_hash", "s_hash", "nbf", "jti", "sid", "txn"),
}
TEXTS = (
    *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile"),
    *("picture", "website", "email", "gender", "zoneinfo", "locale", "phone_number"),
)
BIRTHDATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))?")
FIFTY_YEARS = 50 * 365 * 24 * 3600
YEAR_1990 = 631_152_000
SECRET_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


def read_id_token(token: str, keys: Mapping[str, Any], *, client_id: str, now: int) -> dict[str, Any]:
    """Return the claims of a signed ID token for ``client_id``.

    Args:
        token: as it came.
        keys: the provider's JWK Set.
        client_id: whose it has to be.
        now: NumericDate.
    """
    header = jwt.get_unverified_header(token)
    assert header["alg"] == "RS256"
    fitting = [key for key in keys["keys"] if key["kid"] == header["kid"] and key["kty"] == "RSA"]
    assert len(fitting) == 1, header
    assert (fitting[0]["alg"], fitting[0]["use"]) == ("RS256", "sig")
    unchecked: Options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}  # by our own clock
    claims: dict[str, Any] = jwt.decode(
        token, jwt.PyJWK(fitting[0]), algorithms=["RS256"], audience=client_id, options=unchecked
    )
    _check_protocol_claims(claims, now)
    check_person_claims(claims, now)
    return claims


def _check_protocol_claims(claims: Mapping[str, Any], now: int) -> None:
    assert claims["iss"] == ISSUER
    assert now < claims["exp"] <= now + FIFTY_YEARS
    assert abs(claims["iat"] - now) <= 300
    assert 0 < len(claims["sub"]) <= 255
    if "auth_time" in claims:
        assert isinstance(claims["auth_time"], int)
        assert YEAR_1990 < claims["auth_time"] <= now
    if "acr" in claims:
        assert is_text(claims["acr"])


def check_hashes(claims: Mapping[str, Any], *, access_token: str | None, code: str | None) -> None:
    """at_hash and c_hash are there for what came beside the token, and right."""
    for name, value in (("at_hash", access_token), ("c_hash", code)):
        half = value and hashlib.sha256(value.encode()).digest()[:16]
        expected = half and base64.urlsafe_b64encode(half).rstrip(b"=").decode()
        assert claims.get(name) == expected, (name, claims)


def check_person_claims(claims: Mapping[str, Any], now: int) -> None:
    """The standard claims that are there are well formed."""
    shapes: dict[str, Callable[[Any], bool]] = {
        **dict.fromkeys(TEXTS, is_text),
        "email_verified": lambda value: isinstance(value, bool),
        "phone_number_verified": lambda value: isinstance(value, bool),
        "updated_at": lambda value: type(value) is int and YEAR_1990 < value <= now,
        "birthdate": lambda value: BIRTHDATE.fullmatch(value) is not None,
        "address": lambda value: (
            isinstance(value, dict) and bool(value) and all(map(is_text, value.values()))
        ),
    }
    for name, is_well_formed in shapes.items():
        assert name not in claims or is_well_formed(claims[name]), (name, claims[name])


def is_text(value: object) -> bool:
    """Whether a claim is a string that says something."""
    return isinstance(value, str) and value.strip() not in ("", "null")


def check_key_set(keys: Mapping[str, Any]) -> None:
    """Public keys alone, each with a ``kid`` of its own."""
    assert keys["keys"]
    for key in keys["keys"]:
        assert SECRET_MEMBERS.isdisjoint(key)
        assert is_text(key["kid"])
        assert key["use"] in ("sig", "enc")
        JWKRegistry.import_key(key)
    assert len({key["kid"] for key in keys["keys"]}) == len(keys["keys"])
