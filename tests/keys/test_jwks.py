"""JSON Web Keys and their thumbprints."""

from typing import Any

import jwt
import pytest

from keys.algorithms import ALGORITHMS
from keys.errors import BadKey, UnknownAlgorithm
from keys.jwks import jwk_set, key_from_jwk, private_jwk, public_jwk, thumbprint

RFC_7638_KEY = {
    "kty": "RSA",
    "n": (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3"
        "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA"
        "ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-"
        "kEgU8awapJzKnqDKgw"
    ),
    "e": "AQAB",
    "alg": "RS256",
    "kid": "2011-04-29",
}
PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}


def test_thumbprint_of_the_published_key() -> None:
    """RFC 7638 §3.1."""
    assert thumbprint(RFC_7638_KEY) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"


def test_thumbprint_of_the_published_ed25519_key() -> None:
    """RFC 8037 appendix A.3."""
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}

    assert thumbprint(jwk) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_a_public_jwk_says_what_it_is_for_and_nothing_private(alg: str, private_keys: dict[str, Any]) -> None:
    """RFC 7517 §4, RFC 7518 §6; a provider once served private keys at its JWKS address."""
    jwk = public_jwk(private_keys[alg], alg)

    assert (jwk["alg"], jwk["use"], jwk["kid"]) == (alg, "sig", thumbprint(jwk))
    assert not PRIVATE_MEMBERS & jwk.keys()


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_keys_come_back_from_their_jwks(alg: str, private_keys: dict[str, Any]) -> None:
    """RFC 7517 §3: the JWK holds the whole key, and both halves have one kid."""
    key, algorithm = private_keys[alg], jwt.get_algorithm_by_name(alg)
    private, public = private_jwk(key, alg), public_jwk(key, alg)

    signature = algorithm.sign(b"message", key_from_jwk(private))

    assert algorithm.verify(b"message", key_from_jwk(public), signature)
    assert private["kid"] == public["kid"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"kty": "EC"}, id="other-kty"),
        pytest.param({"kty": "oct"}, id="symmetric"),
        pytest.param({"n": None}, id="null-member"),
        pytest.param({"n": "!"}, id="not-base64url"),
        pytest.param({"n": 5}, id="number"),
        pytest.param({"n": "AQAB"}, id="tiny-modulus"),
        pytest.param({"d": "AQAB"}, id="bad-private-part"),
    ],
)
def test_a_malformed_jwk_is_refused(changes: dict[str, Any]) -> None:
    """RFC 7517 §4: a key that cannot be read is an error, never a traceback."""
    with pytest.raises(BadKey):
        key_from_jwk({**RFC_7638_KEY, **changes})


@pytest.mark.parametrize("alg", [None, "none", "HS256", 5, ["RS256"]])
def test_a_jwk_for_another_algorithm_is_refused(alg: Any) -> None:
    """RFC 8725 §3.1: each key is used with exactly one algorithm."""
    with pytest.raises(UnknownAlgorithm):
        key_from_jwk({**RFC_7638_KEY, "alg": alg})


def test_a_thumbprint_needs_a_known_key_type() -> None:
    """RFC 7638 §3.2."""
    with pytest.raises(BadKey):
        thumbprint({"kty": "oct", "k": "AAAA"})


def test_a_set_holds_its_keys(private_keys: dict[str, Any]) -> None:
    """RFC 7517 §5."""
    jwk = public_jwk(private_keys["ES256"], "ES256")

    assert jwk_set([jwk]) == {"keys": [jwk]}
