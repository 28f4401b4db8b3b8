"""Claims as a signed JWT."""

import hmac
import json
from collections.abc import Mapping
from typing import Any

import jwt

from keys import base64url
from keys.algorithms import ALGORITHMS
from keys.errors import UnknownAlgorithm
from keys.key_ring import KeyRing

SECRET_BYTES = {"HS256": 32, "HS384": 48, "HS512": 64}
"""The least length of a secret, by algorithm (RFC 7518 §3.2)."""

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_SIGNATURES = {alg: jwt.get_algorithm_by_name(alg) for alg in ALGORITHMS}


class Signer:
    """Signs with the active keys of a ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._headers: dict[tuple[str, str], bytes] = {}

    def sign(self, claims: Mapping[str, Any], *, alg: str, typ: str | None = None) -> str:
        """Return ``claims`` as a compact JWS (RFC 7515 §3.1, RFC 7519 §7.1).

        Args:
            claims: the complete claim set; times are NumericDate.
            alg: algorithm from the client's registration; ``none`` never matches a key.
            typ: media type of the token, such as ``at+jwt`` (RFC 9068 §2.1); by default ``JWT``.

        Raises:
            UnknownAlgorithm: no active key has ``alg``.
        """
        key = self._ring.active(alg)
        payload = base64url.encode(_encode(dict(claims)).encode())
        signing_input = self._header(key.kid, alg, typ or "JWT") + payload.encode()
        signature = _SIGNATURES[alg].sign(signing_input, key.private)
        return f"{signing_input.decode()}.{base64url.encode(signature)}"

    def _header(self, kid: str, alg: str, typ: str) -> bytes:
        """Return the first part and its dot: the same for every token of one key and type, so made once."""
        header = self._headers.get((kid, typ))
        if header is None:
            text = _encode({"alg": alg, "kid": kid, "typ": typ})
            header = self._headers[kid, typ] = base64url.encode(text.encode()).encode() + b"."
        return header


def sign_with_secret(claims: Mapping[str, Any], secret: bytes, *, alg: str, typ: str = "JWT") -> str:
    """Return ``claims`` as a compact JWS under a secret that is shared with its reader (RFC 7518 §3.2).

    Args:
        claims: the complete claim set.
        secret: the octets of the reader's secret (OpenID Connect Core §10.1).
        alg: HS256, HS384 or HS512.
        typ: media type of the token.

    Raises:
        UnknownAlgorithm: another algorithm, or the secret is too short for it.
    """
    if len(secret) < SECRET_BYTES.get(alg, len(secret) + 1):
        raise UnknownAlgorithm(f"no secret that is long enough for {alg!r}")
    parts = (_encode(part).encode() for part in ({"alg": alg, "typ": typ}, dict(claims)))
    signing_input = ".".join(base64url.encode(part) for part in parts)
    signature = hmac.digest(secret, signing_input.encode(), f"sha{alg[2:]}")
    return f"{signing_input}.{base64url.encode(signature)}"
