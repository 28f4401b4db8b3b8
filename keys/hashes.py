"""Half hashes, which bind an ID token to what travels beside it (OpenID Connect Core §3.1.3.6, §3.3.2.11)."""

import hashlib

from keys import base64url
from keys.algorithms import ALGORITHMS
from keys.errors import UnknownAlgorithm

_HASHES = {
    **{alg: algorithm.hash_name for alg, algorithm in ALGORITHMS.items()},
    "HS256": "sha256",
    "HS384": "sha384",
    "HS512": "sha512",
}


def half_hash(value: str, alg: str) -> str:
    """Return ``at_hash``, ``c_hash`` or ``s_hash``: the left half of the hash of ``value``, base64url.

    Args:
        value: an access token, a code or a state, as sent; ASCII.
        alg: the algorithm in the ID token's JOSE header; it chooses the hash (SHA-512 for EdDSA).

    Raises:
        UnknownAlgorithm: no hash belongs to ``alg``; a missing hash must never look like a matching one.
    """
    try:
        hash_name = _HASHES[alg]
    except KeyError:
        raise UnknownAlgorithm(f"no hash belongs to {alg!r}") from None
    digest = hashlib.new(hash_name, value.encode()).digest()
    return base64url.encode(digest[: len(digest) // 2])
