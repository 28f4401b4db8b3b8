"""Claims as a signed JWT."""

import json
from collections.abc import Mapping
from typing import Any

import jwt

from keys import base64url
from keys.algorithms import ALGORITHMS
from keys.key_ring import KeyRing

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
