"""JWTs of other issuers: what is believed and what is not (RFC 7515, RFC 7518, RFC 8725)."""

import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from keys import base64url
from keys.algorithms import generate_private_key
from keys.errors import BadSignature, UnknownKey
from keys.foreign_jwt import ASYMMETRIC_ALGORITHMS, MAX_TOKEN_BYTES, read_foreign_jwt, unverified_claim
from keys.jwks import public_jwk

CLAIMS = {"iss": "https://issuer.example", "sub": "alice"}
KEY = generate_private_key("ES256")
OTHER_KEY = generate_private_key("ES256")
RSA_KEY = generate_private_key("RS256")
JWK = public_jwk(KEY, "ES256")
SECRET = b"0123456789abcdef0123456789abcdef"


def signed(key: Any = KEY, alg: str = "ES256", kid: str | None = JWK["kid"]) -> str:
    return jwt.encode(CLAIMS, key, alg, headers={"kid": kid} if kid else None)


def part(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64url.encode(text.encode())


def signed_parts(header: Any, claims: Any) -> str:
    signing_input = f"{part(header)}.{part(claims)}"
    signature = jwt.get_algorithm_by_name("ES256").sign(signing_input.encode(), KEY)
    return f"{signing_input}.{base64url.encode(signature)}"


def without(jwk: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in jwk.items() if name not in names}


@pytest.mark.parametrize("alg", sorted(ASYMMETRIC_ALGORITHMS))
def test_every_algorithm_of_a_key_is_read(alg: str) -> None:
    """RFC 7518 §3.1, RFC 8037 §3.1."""
    key = generate_private_key(alg)
    jwk = public_jwk(key, alg)

    token = read_foreign_jwt(jwt.encode(CLAIMS, key, alg, headers={"kid": jwk["kid"]}), [jwk], [alg])

    assert token.claims == CLAIMS
    assert token.header["alg"] == alg


@pytest.mark.parametrize(("alg", "length"), [("HS256", 32), ("HS384", 48), ("HS512", 64)])
def test_a_secret_is_as_long_as_the_hash(alg: str, length: int) -> None:
    """RFC 7518 §3.2: a key of the size of the hash output, or larger."""
    secret = b"s" * length

    assert read_foreign_jwt(jwt.encode(CLAIMS, secret, alg), secret, [alg]).claims == CLAIMS
    with pytest.raises(BadSignature, match="too short"):
        read_foreign_jwt(jwt.encode(CLAIMS, secret, alg), secret[1:], [alg])


@pytest.mark.parametrize("member", ["crit", "b64", "zip", "jwk", "jku", "x5u", "x5c"])
def test_a_header_that_says_how_to_read_the_token_is_refused(member: str) -> None:
    """RFC 7515 §4.1.11, RFC 8725 §3.10: nor is a key taken from the token itself."""
    value = {"crit": ["exp"], "b64": True, "jwk": JWK}.get(member, "https://issuer.example/")

    with pytest.raises(BadSignature, match=f"{member} in the header"):
        read_foreign_jwt(
            signed_parts({"alg": "ES256", "kid": JWK["kid"], member: value}, CLAIMS), [JWK], ["ES256"]
        )


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        pytest.param({"alg": "none"}, CLAIMS, id="none"),
        pytest.param({"alg": "es256"}, CLAIMS, id="another case"),
        pytest.param({"alg": ["ES256"]}, CLAIMS, id="a list of algorithms"),
        pytest.param({}, CLAIMS, id="no algorithm"),
        pytest.param({"alg": "ES256", "kid": 1}, CLAIMS, id="a kid that is no text"),
        pytest.param({"alg": "ES256", "typ": None}, CLAIMS, id="a typ that is no text"),
        pytest.param('{"alg":"ES256","alg":"ES256"}', CLAIMS, id="a header member twice"),
        pytest.param({"alg": "ES256"}, '{"sub":"a","sub":"b"}', id="a claim twice"),
        pytest.param({"alg": "ES256"}, ["claims"], id="a list of claims"),
        pytest.param({"alg": "ES256"}, '{"exp":NaN}', id="not a number"),
        pytest.param({"alg": "ES256"}, '{"exp":1e999}', id="a number without end"),
        pytest.param({"alg": "ES256"}, '{"sub":"\\ud800"}', id="a lone surrogate"),
        pytest.param({"alg": "ES256"}, '{"sub":"\\u0000"}', id="U+0000"),
        pytest.param({"alg": "ES256"}, "[" * 5000, id="too deep"),
        pytest.param("{", CLAIMS, id="not JSON"),
    ],
)
def test_a_malformed_token_is_refused(header: Any, claims: Any) -> None:
    """RFC 8725 §3.1, §3.2; RFC 7515 §4: member names are unique."""
    with pytest.raises(BadSignature):
        read_foreign_jwt(signed_parts(header, claims), [JWK], ["ES256"])


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="nothing"),
        pytest.param(signed() + "=", id="padding"),
        pytest.param(signed() + ".", id="a fourth part"),
        pytest.param(signed().rpartition(".")[0] + ".", id="no signature"),
        pytest.param(" " + signed(), id="a space"),
        pytest.param(signed() + "\n", id="a line end"),
        pytest.param("é" + signed(), id="not ASCII"),
        pytest.param("a" * 17_000, id="longer than 16 kB"),
    ],
)
def test_a_compact_token_has_one_spelling(token: str) -> None:
    """RFC 7515 §7.1, RFC 4648 §3.5."""
    with pytest.raises(BadSignature):
        read_foreign_jwt(token, [JWK], ["ES256"])


def test_a_public_key_is_no_secret() -> None:
    """RFC 8725 §2.1: HS256 with the text of a public key proves nothing."""
    with pytest.raises(BadSignature, match="does not fit"):
        read_foreign_jwt(jwt.encode(CLAIMS, SECRET, "HS256"), [JWK], ["HS256", "ES256"])
    with pytest.raises(BadSignature, match="does not fit"):
        read_foreign_jwt(signed(), SECRET, ["HS256", "ES256"])
    with pytest.raises(BadSignature, match="a public key"):
        read_foreign_jwt(
            jwt.encode(CLAIMS, SECRET, "HS256"), b"-----BEGIN PUBLIC KEY-----" + SECRET, ["HS256"]
        )


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"use": "enc"}, id="for encryption"),
        pytest.param({"alg": "ES384"}, id="for another algorithm"),
        pytest.param({"crv": "P-384"}, id="on another curve"),
        pytest.param({"key_ops": ["sign"]}, id="not for verifying"),
        pytest.param({"x": "AA"}, id="malformed"),
        pytest.param({"x": 1}, id="of numbers"),
    ],
)
def test_a_key_for_something_else_is_not_used(changed: dict[str, Any]) -> None:
    """RFC 7517 §4.2-4.4, RFC 8725 §3.1."""
    with pytest.raises(BadSignature):
        read_foreign_jwt(signed(), [{**JWK, **changed}], ["ES256"])


def test_a_small_rsa_key_is_not_used() -> None:
    """RFC 7518 §3.3, advisory 34: 2048 bits or more, however good the signature is."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    numbers = key.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": base64url.encode(numbers.n.to_bytes(128)), "e": "AQAB"}
    signing_input = f"{part({'alg': 'RS256'})}.{part(CLAIMS)}"
    signature = key.sign(signing_input.encode(), padding.PKCS1v15(), hashes.SHA256())
    token = f"{signing_input}.{base64url.encode(signature)}"

    with pytest.raises(BadSignature, match="cannot be used"):
        read_foreign_jwt(token, [jwk], ["RS256"])


def test_a_token_that_is_too_long_is_not_read() -> None:
    """Advisory 18: refused before anything in it is decoded, by 16 kB or what a use of it says."""
    token = jwt.encode({**CLAIMS, "more": "x" * MAX_TOKEN_BYTES}, KEY, "ES256", headers={"kid": JWK["kid"]})

    assert read_foreign_jwt(token, [JWK], ["ES256"], len(token)).claims["sub"] == "alice"
    with pytest.raises(BadSignature, match="too long"):
        read_foreign_jwt(token, [JWK], ["ES256"])
    with pytest.raises(BadSignature, match="too long"):
        unverified_claim(token, "sub")


def test_a_published_private_key_serves_as_its_public_one() -> None:
    """Only the public members are read."""
    private = jwt.get_algorithm_by_name("ES256").to_jwk(KEY, as_dict=True)

    assert read_foreign_jwt(signed(), [{**JWK, "d": private["d"]}], ["ES256"]).claims == CLAIMS


def test_a_kid_must_be_one_of_the_set() -> None:
    """RFC 7515 §4.1.4: the caller may fetch the set again."""
    with pytest.raises(UnknownKey):
        read_foreign_jwt(signed(kid="new"), [JWK], ["ES256"])


def test_without_a_kid_exactly_one_key_fits() -> None:
    """OpenID Connect Core §10.1: with several keys a kid is needed; another kind of key does not count."""
    rsa, other = public_jwk(RSA_KEY, "RS256"), public_jwk(OTHER_KEY, "ES256")
    token = signed(kid=None)

    assert read_foreign_jwt(token, [rsa, without(JWK, "kid")], ["ES256"]).claims == CLAIMS
    with pytest.raises(BadSignature, match="more than one"):
        read_foreign_jwt(token, [JWK, other], ["ES256"])
    with pytest.raises(UnknownKey):
        read_foreign_jwt(token, [rsa], ["ES256"])
    with pytest.raises(UnknownKey):
        read_foreign_jwt(token, [other], ["ES256"])


def test_another_key_of_the_same_kid_proves_nothing() -> None:
    """RFC 7515 §5.2."""
    with pytest.raises(BadSignature, match="does not match") as caught:
        read_foreign_jwt(signed(OTHER_KEY), [JWK], ["ES256"])

    assert not isinstance(caught.value, UnknownKey)


def test_what_an_unverified_token_claims_can_be_asked() -> None:
    """RFC 7523 §3: its issuer says whose keys to try."""
    assert unverified_claim(signed(), "iss") == "https://issuer.example"
    with pytest.raises(BadSignature, match="no aud"):
        unverified_claim(signed(), "aud")
