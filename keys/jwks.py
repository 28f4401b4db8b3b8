"""Keys as JSON Web Keys (RFC 7517, RFC 7518 §6, RFC 8037 §2)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm

from keys import base64url
from keys.algorithms import require_algorithm, require_fit
from keys.errors import BadKey

PUBLIC_MEMBERS = {
    "RSA": ("e", "kty", "n"),
    "EC": ("crv", "kty", "x", "y"),
    "OKP": ("crv", "kty", "x"),
}
"""By ``kty``, the members that make the thumbprint, in its order (RFC 7638 §3.2)."""


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """Return the SHA-256 thumbprint, base64url: the same for a private key and its public one (RFC 7638 §3).

    Raises:
        BadKey: an unknown ``kty`` or a member missing.
    """
    required = json.dumps(_public_members(jwk), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return base64url.encode(hashlib.sha256(required.encode()).digest())


def public_jwk(key: Any, alg: str) -> dict[str, str]:
    """Return the public JWK of a private or public key, with ``kid`` (its thumbprint), ``alg`` and ``use``.

    Raises:
        UnknownAlgorithm: Paper does not sign with ``alg``.
        BadKey: the key does not fit ``alg``.
    """
    require_fit(alg, key)
    public = key.public_key() if hasattr(key, "public_key") else key
    members = _public_members(jwt.get_algorithm_by_name(alg).to_jwk(public, as_dict=True))
    return {**members, "kid": thumbprint(members), "alg": alg, "use": "sig"}


def private_jwk(key: Any, alg: str) -> dict[str, str]:
    """Return the private JWK of ``key``, with the same added members; for ``flask keys export`` alone.

    Raises:
        UnknownAlgorithm: Paper does not sign with ``alg``.
        BadKey: the key does not fit ``alg``.
    """
    require_fit(alg, key)
    members = jwt.get_algorithm_by_name(alg).to_jwk(key, as_dict=True)
    members.pop("key_ops", None)
    return {**members, "kid": thumbprint(members), "alg": alg, "use": "sig"}


def key_from_jwk(jwk: Mapping[str, Any]) -> Any:
    """Return the key object of a JWK: a private one if it has ``d``.

    Raises:
        UnknownAlgorithm: no ``alg``, or one that Paper does not sign with.
        BadKey: malformed, too weak, or of another type than its ``alg``.
    """
    alg = jwk.get("alg")
    require_algorithm(alg if isinstance(alg, str) else "")
    try:
        key = jwt.get_algorithm_by_name(str(alg)).from_jwk(dict(jwk))
    except (jwt.PyJWTError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadKey(f"the JWK for {alg} cannot be read") from error
    require_fit(str(alg), key)
    return key


def jwk_set(jwks: Iterable[Mapping[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Return a JWK set (RFC 7517 §5)."""
    return {"keys": [dict(jwk) for jwk in jwks]}


def _public_members(jwk: Mapping[str, Any]) -> dict[str, str]:
    try:
        return {name: str(jwk[name]) for name in PUBLIC_MEMBERS[jwk["kty"]]}
    except (KeyError, TypeError) as error:
        raise BadKey("a JWK needs kty (RSA, EC or OKP) and its public members") from error
