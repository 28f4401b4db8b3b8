"""Tokens of our own that come back: JWT access tokens and ID tokens used as hints."""

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple

import jwt

from keys import base64url
from keys.algorithms import ALGORITHMS
from keys.errors import BadSignature
from keys.key_ring import KeyRing

MAX_TOKEN_CHARACTERS = 16 * 1024
_MEMBERS = {"alg", "kid", "typ"}
_SIGNATURES = {alg: jwt.get_algorithm_by_name(alg) for alg in ALGORITHMS}


class _Header(NamedTuple):
    alg: str
    kid: str
    typ: str


class Verifier:
    """Believes only what a key of the ring has signed, in exactly the form in which ``Signer`` writes."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def verify(self, token: str, *, typ: str | None, algs: Collection[str]) -> dict[str, Any]:
        """Return the claims of a token that this provider has signed.

        Neither ``exp`` nor any other claim is judged here: an ID token that serves as a hint may have
        expired (OpenID Connect RP-Initiated Logout §2).

        Args:
            token: a compact JWS of at most 16 kB.
            typ: the type it must have, such as ``at+jwt``; ``None``: that of an ID token, ``JWT``.
            algs: the algorithms that may be used here.

        Raises:
            BadSignature: anything at all is not as it should be.
        """
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise BadSignature("longer than 16 kB")
        signing_input, dot, signature = token.rpartition(".")
        header_part, second_dot, payload_part = signing_input.partition(".")
        if not dot or not second_dot or "." in payload_part:
            raise BadSignature("not three parts")
        header = _read_header(header_part)
        if header.typ != (typ or "JWT"):
            raise BadSignature("another typ")
        key = self._ring.verification_key(header.kid)
        if key is None:
            raise BadSignature("no key of ours")
        if header.alg != key.alg or header.alg not in algs:
            raise BadSignature("another alg")
        if not _SIGNATURES[key.alg].verify(signing_input.encode(), key.public, _decode(signature)):
            raise BadSignature("the signature does not match")
        return _read_object(payload_part)


@lru_cache(maxsize=256)
def _read_header(part: str) -> _Header:
    """Read a JOSE header; one with a member that we never write is not ours (crit, b64, jwk, x5c, zip, …)."""
    header = _read_object(part)
    if header.keys() != _MEMBERS or not all(isinstance(value, str) for value in header.values()):
        raise BadSignature("not a header of ours")
    return _Header(**header)


def _read_object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(_decode(part))
    except (ValueError, RecursionError):
        raise BadSignature("not JSON") from None
    if not isinstance(value, dict):
        raise BadSignature("not a JSON object")
    return value


def _decode(part: str) -> bytes:
    try:
        return base64url.decode(part)
    except ValueError:
        raise BadSignature("not base64url") from None
