"""Proofs of possession that carry their own key (RFC 9449 §4.2)."""

import re
from collections.abc import Collection
from typing import Any, NamedTuple

from keys.errors import BadKey, BadSignature
from keys.foreign_jwt import read_self_signed_jwt
from keys.jwks import thumbprint

TYPE = "dpop+jwt"
MAX_BYTES = 8 * 1024
THUMBPRINT = re.compile(r"[A-Za-z0-9_-]{43}")
PRIVATE_MEMBERS = frozenset(("d", "p", "q", "dp", "dq", "qi", "oth", "k"))


class DpopProof(NamedTuple):
    """A proof whose signature holds; what it claims has yet to be judged."""

    jkt: str
    """The thumbprint of the key it proves (RFC 7638)."""
    claims: dict[str, Any]


def read_dpop_proof(text: str, algs: Collection[str]) -> DpopProof:
    """Return what a proof says, verified with the key in its header.

    Args:
        text: the value of the DPoP header.
        algs: what it may be signed with.

    Raises:
        BadSignature: not such a JWT, an algorithm or a key that is not used here, a private key, or signed
            with another one.
    """
    token = read_self_signed_jwt(text, algs, MAX_BYTES)
    jwk = token.header["jwk"]
    if token.header.get("typ") != TYPE:
        raise BadSignature("another typ")
    if PRIVATE_MEMBERS & jwk.keys():
        raise BadSignature("a private key")
    try:
        return DpopProof(thumbprint(jwk), token.claims)
    except BadKey:
        raise BadSignature("the key cannot be used") from None


def is_thumbprint(value: object) -> bool:
    """Whether ``value`` could be one: 43 characters of base64url."""
    return isinstance(value, str) and THUMBPRINT.fullmatch(value) is not None
