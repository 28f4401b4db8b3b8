"""Signing, verified by PyJWT and by joserfc."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

from keys.algorithms import ALGORITHMS
from keys.errors import UnknownAlgorithm
from keys.jwks import jwk_set
from keys.key_ring import KeyRing
from keys.signer import Signer
from keys.store import KeyRecord, KeyState

CLAIMS = {"iss": "https://op.example", "sub": "김", "iat": 1_700_000_000, "amr": ["pwd"]}
MakeRecord = Callable[..., KeyRecord]
MakeRing = Callable[..., KeyRing]


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # RFC 9864 names it Ed25519
@pytest.mark.parametrize("alg", ALGORITHMS)
def test_another_implementation_verifies_each_algorithm(
    alg: str, make_record: MakeRecord, make_ring: MakeRing
) -> None:
    """RFC 7515 §5.2, by joserfc with nothing but the published JWK set."""
    ring = make_ring(make_record(alg))

    token = Signer(ring).sign(CLAIMS, alg=alg)

    key_set = KeySet.import_key_set(jwk_set(ring.published()))  # type: ignore[arg-type]
    assert joserfc_jwt.decode(token, key_set, algorithms=[alg]).claims == CLAIMS


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_pyjwt_verifies_each_algorithm(alg: str, make_record: MakeRecord, make_ring: MakeRing) -> None:
    """RFC 7519 §7.2."""
    record = make_record(alg)

    token = Signer(make_ring(record)).sign(CLAIMS, alg=alg, typ="at+jwt")

    assert jwt.decode(token, jwt.PyJWK(record.public_jwk), algorithms=[alg]) == CLAIMS


@pytest.mark.parametrize(("typ", "expected"), [(None, "JWT"), ("at+jwt", "at+jwt")])
def test_the_header_names_the_key_and_the_type(
    typ: str | None, expected: str, make_record: MakeRecord, make_ring: MakeRing
) -> None:
    """RFC 7515 §4.1.4, §4.1.9; RFC 9068 §2.1."""
    record = make_record()

    token = Signer(make_ring(record)).sign(CLAIMS, alg="ES256", typ=typ)

    assert jwt.get_unverified_header(token) == {"alg": "ES256", "kid": record.kid, "typ": expected}


def test_types_do_not_share_a_header(make_record: MakeRecord, make_ring: MakeRing) -> None:
    """RFC 8725 §3.11: an ID token must never say that it is an access token."""
    signer = Signer(make_ring(make_record()))

    types = [
        jwt.get_unverified_header(signer.sign(CLAIMS, alg="ES256", typ=typ))["typ"] for typ in ("a", "b", "a")
    ]

    assert types == ["a", "b", "a"]


@pytest.mark.security
@pytest.mark.parametrize("alg", ["none", "HS256", "RS256", "", "ES256K"])
def test_without_an_active_key_nothing_is_signed(
    alg: str, make_record: MakeRecord, make_ring: MakeRing
) -> None:
    """RFC 8725 §3.2; a key that is only published does not sign either."""
    ring = make_ring(make_record("ES256"), make_record("RS256", KeyState.NEXT))

    with pytest.raises(UnknownAlgorithm):
        Signer(ring).sign(CLAIMS, alg=alg)


def test_claims_that_are_not_json_are_refused(make_record: MakeRecord, make_ring: MakeRing) -> None:
    """RFC 8259 §6: there is no NaN."""
    signer = Signer(make_ring(make_record()))
    claims: dict[str, Any] = {"score": float("nan")}

    with pytest.raises(ValueError, match="JSON"):
        signer.sign(claims, alg="ES256")
