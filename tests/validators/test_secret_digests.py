"""Random secrets and their digests."""

import hashlib
import hmac

import pytest

from validators.secret_digests import SecretDigests, new_secret

DIGESTS = SecretDigests(bytes(32))


def test_a_secret_has_256_random_bits() -> None:
    """RFC 6749 §10.10."""
    secrets = {new_secret() for _ in range(100)}

    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {43}


def test_a_digest_is_an_hmac_under_the_key() -> None:
    """DESIGN §4: HMAC-SHA-256 under a derived key."""
    assert DIGESTS.digest("kind", "secret") == hmac.digest(bytes(32), b"kind\0secret", hashlib.sha256)
    assert SecretDigests(bytes([1] * 32)).digest("kind", "secret") != DIGESTS.digest("kind", "secret")


def test_a_secret_matches_its_own_digest_alone() -> None:
    """RFC 6749 §10.10."""
    digest = DIGESTS.digest("kind", "secret")

    assert DIGESTS.matches("kind", "secret", digest)
    assert not DIGESTS.matches("kind", "Secret", digest)
    assert not DIGESTS.matches("kind", "", digest)
    assert not DIGESTS.matches("other", "secret", digest)
    assert not DIGESTS.matches("kind", "secret", digest[:-1])
    assert not DIGESTS.matches("kind", digest.hex(), digest)


@pytest.mark.security
@pytest.mark.parametrize("secret", ["", "secret", "\0"])
def test_a_missing_digest_is_never_matched(secret: str) -> None:
    """An unknown client is not one with an empty secret."""
    assert not DIGESTS.matches("kind", secret, None)
    assert not DIGESTS.matches("kind", secret, b"")
