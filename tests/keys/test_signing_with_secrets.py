"""JWS under a shared secret (RFC 7518 §3.2)."""

import jwt
import pytest

from keys.errors import UnknownAlgorithm
from keys.signer import sign_with_secret


@pytest.mark.parametrize(("alg", "length"), [("HS256", 32), ("HS384", 48), ("HS512", 64)])
def test_reader_with_the_secret_can_verify(alg: str, length: int) -> None:
    """OpenID Connect Core §10.1: the octets of the secret are the key; a shorter one signs nothing."""
    secret = b"s" * length

    token = sign_with_secret({"sub": "아다"}, secret, alg=alg)

    assert jwt.decode(token, secret, algorithms=[alg]) == {"sub": "아다"}
    assert jwt.get_unverified_header(token) == {"alg": alg, "typ": "JWT"}
    with pytest.raises(UnknownAlgorithm):
        sign_with_secret({"sub": "ada"}, secret[1:], alg=alg)


@pytest.mark.parametrize("alg", ["none", "hs256", "RS256", ""])
def test_other_algorithms_are_unknown(alg: str) -> None:
    """Advisory 23: nothing is signed with an empty or misused key."""
    with pytest.raises(UnknownAlgorithm):
        sign_with_secret({}, b"s" * 64, alg=alg)
