"""Encryption for a reader, and what does not open (RFC 7516, RFC 7518 §4, RFC 8725)."""

import json
from typing import Any

import pytest
from joserfc import jwe as joserfc_jwe
from joserfc.jwk import ECKey, OctKey, RSAKey

from keys import base64url
from keys.errors import BadKey, BadSignature, UnknownAlgorithm, UnknownKey
from keys.jwe import ALGORITHMS, DEFAULT_ENC, ENCRYPTIONS, decrypt, encrypt, is_encrypted
from tests.readers import Reader, header_of

TEXT = "e30.e30.c2ln"


@pytest.fixture(scope="module")
def rsa() -> Reader:
    return Reader("RSA")


@pytest.fixture(scope="module")
def ec() -> Reader:
    return Reader("EC")


@pytest.fixture(scope="module")
def readers(rsa: Reader, ec: Reader) -> dict[str, Reader]:
    return {"RSA": rsa, "EC": ec, "OKP": Reader("OKP")}


def opened(reader: Reader, text: str) -> str:
    """Open what was sent to us, whose key is ``reader``'s."""
    return decrypt(text, {reader.jwk["kid"]: reader.key}, algs=ALGORITHMS, encs=ENCRYPTIONS)


@pytest.mark.parametrize("enc", ENCRYPTIONS)
@pytest.mark.parametrize(
    ("kind", "alg"),
    [("RSA", "RSA-OAEP-256"), *((kind, alg) for kind in ("EC", "OKP") for alg in ALGORITHMS[1:])],
)
def test_the_reader_alone_can_read(readers: dict[str, Reader], kind: str, alg: str, enc: str) -> None:
    """RFC 7516 §3.1: five parts; the header names key, algorithms and content; nothing is compressed."""
    reader = readers[kind]

    text = encrypt(TEXT, [reader.jwk], alg=alg, enc=enc, cty="JWT")

    header = header_of(text)
    assert is_encrypted(text)
    assert reader.open(text, alg, enc) == opened(reader, text) == TEXT
    assert (header["alg"], header["enc"], header["kid"]) == (alg, enc, reader.jwk["kid"])
    assert header["cty"] == "JWT"
    assert "zip" not in header


def test_the_key_for_encryption_comes_first(rsa: Reader) -> None:
    """OpenID Connect Core §10.2: the use tells; a key for signing is never taken."""
    signing, plain = Reader(use="sig", kid="s"), Reader(use=None, kid="p")

    both = encrypt(TEXT, [signing.jwk, plain.jwk, rsa.jwk], alg="RSA-OAEP-256", enc=DEFAULT_ENC)
    one = encrypt(TEXT, [signing.jwk, plain.jwk], alg="RSA-OAEP-256", enc=DEFAULT_ENC)

    assert header_of(both)["kid"] == rsa.jwk["kid"]
    assert header_of(one)["kid"] == "p"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"use": "sig"}, id="for signing"),
        pytest.param({"alg": "RSA1_5"}, id="for another alg"),
        pytest.param({"kty": "EC"}, id="another type"),
        pytest.param({"key_ops": ["verify"]}, id="another operation"),
        pytest.param({"key_ops": "encrypt"}, id="operations that are no list"),
    ],
)
def test_no_key_fits(rsa: Reader, changes: dict[str, Any]) -> None:
    """RFC 7517 §4: a key is used for what it says that it is for."""
    with pytest.raises(UnknownKey):
        encrypt(TEXT, [rsa.jwk | changes], alg="RSA-OAEP-256", enc=DEFAULT_ENC)


@pytest.mark.security
@pytest.mark.parametrize(
    ("alg", "jwk"),
    [
        pytest.param(
            "ECDH-ES", {"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"}, id="a point off the curve"
        ),
        pytest.param("ECDH-ES", {"kty": "OKP", "crv": "X25519", "x": "AQ"}, id="a short point"),
        pytest.param("ECDH-ES", {"kty": "OKP", "crv": "X25519", "x": base64url.encode(bytes(32))}, id="zero"),
        pytest.param("ECDH-ES", {"kty": "EC", "crv": "P-256"}, id="no point"),
        pytest.param("RSA-OAEP-256", {"kty": "RSA", "n": "AQ", "e": "AQAB"}, id="a tiny modulus"),
        pytest.param("RSA-OAEP-256", {"kty": "RSA", "n": 7, "e": "AQAB"}, id="a number for a text"),
    ],
)
def test_a_key_that_cannot_be_used(alg: str, jwk: dict[str, Any]) -> None:
    """RFC 8725 §3.4, §3.5: points are checked, weak keys are none."""
    with pytest.raises(BadKey):
        encrypt(TEXT, [jwk], alg=alg, enc=DEFAULT_ENC)


@pytest.mark.security
def test_a_short_rsa_key_is_refused() -> None:
    """RFC 7518 §4.3: 2048 bits or more."""
    with pytest.warns(Warning, match="2048"):
        jwk = RSAKey.generate_key(1024).as_dict(private=False)

    with pytest.raises(BadKey):
        encrypt(TEXT, [jwk], alg="RSA-OAEP-256", enc=DEFAULT_ENC)


@pytest.mark.security
@pytest.mark.parametrize(
    ("alg", "enc"),
    [("RSA1_5", DEFAULT_ENC), ("dir", DEFAULT_ENC), ("none", DEFAULT_ENC), ("RSA-OAEP-256", "A128CBC")],
)
def test_other_algorithms_do_not_encrypt(rsa: Reader, alg: str, enc: str) -> None:
    """RFC 8725 §3.1."""
    with pytest.raises(UnknownAlgorithm):
        encrypt(TEXT, [rsa.jwk], alg=alg, enc=enc)


def with_header(text: str, **changes: Any) -> str:
    """Return a JWE with another protected header."""
    _, dot, rest = text.partition(".")
    header = header_of(text) | changes
    return base64url.encode(json.dumps(header).encode()) + dot + rest


@pytest.mark.security
def test_what_does_not_open(rsa: Reader, ec: Reader) -> None:
    """RFC 8725 §3.1, §3.10: nothing but the listed algorithms, no compression, nothing that was changed."""
    sound = encrypt(TEXT, [rsa.jwk], alg="RSA-OAEP-256", enc="A128GCM")
    agreed = encrypt(TEXT, [ec.jwk], alg="ECDH-ES", enc="A128GCM")
    shared = joserfc_jwe.encrypt_compact(
        {"alg": "dir", "enc": "A128GCM"}, TEXT, OctKey.import_key(bytes(16)), algorithms=["dir", "A128GCM"]
    )
    off_curve = header_of(agreed)["epk"] | {"y": base64url.encode(bytes(32))}
    texts = [
        with_header(sound, alg="none"),
        with_header(sound, alg="RSA1_5"),
        with_header(sound, alg=["RSA-OAEP-256"]),
        with_header(sound, enc="A256GCM"),
        with_header(sound, enc="A256CBC-HS512"),
        with_header(sound, zip="DEF"),
        with_header(sound, crit=["exp"]),
        with_header(sound, p2c=2**31),
        with_header(sound, jku="https://evil.example"),
        with_header(agreed, epk=off_curve),
        with_header(agreed, epk="text"),
        with_header(sound, kid="another"),
        shared,
        sound[:-4] + "AAAA",
        sound.rpartition(".")[0] + ".",
        sound + ".e30",
        "....",
        TEXT,
        "é.a.b.c.d",
        sound + "A" * 50_000,
    ]
    keys = {rsa.jwk["kid"]: rsa.key, ec.jwk["kid"]: ec.key}

    for text in texts:
        with pytest.raises(BadSignature):
            decrypt(text, keys, algs=ALGORITHMS, encs=ENCRYPTIONS)


@pytest.mark.security
def test_a_decompression_bomb_is_never_unpacked(rsa: Reader) -> None:
    """ADVISORIES: a small JWE that unpacks to very much is refused by its header."""
    bomb = joserfc_jwe.encrypt_compact(
        {"alg": "RSA-OAEP-256", "enc": "A128GCM", "zip": "DEF"},
        bytes(200_000),
        RSAKey.import_key({name: rsa.jwk[name] for name in ("kty", "n", "e")}),
        algorithms=["RSA-OAEP-256", "A128GCM", "DEF"],
    )

    with pytest.raises(BadSignature, match="not known"):
        opened(rsa, bomb)


def test_another_curve_than_the_key_is_refused(ec: Reader) -> None:
    """RFC 7518 §4.6.1.1: the ephemeral key is on the curve of ours."""
    other = ECKey.generate_key("P-384")
    text = encrypt(TEXT, [other.as_dict(private=False)], alg="ECDH-ES", enc="A128GCM")

    with pytest.raises(BadSignature):
        decrypt(text, {"ec": ec.key}, algs=ALGORITHMS, encs=ENCRYPTIONS)
