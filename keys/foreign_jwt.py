"""JWTs that somebody else has signed: assertions and tokens of other issuers (RFC 7519, RFC 8725)."""

import hmac
import json
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import jwt

from keys import base64url
from keys.algorithms import ALGORITHMS
from keys.errors import BadSignature, KeysError, UnknownKey
from keys.jwks import PUBLIC_MEMBERS, key_from_jwk
from keys.signer import SECRET_BYTES

MAX_TOKEN_BYTES = 16 * 1024
MAX_RSA_BITS = 8192
ASYMMETRIC_ALGORITHMS = frozenset(ALGORITHMS)
SECRET_ALGORITHMS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
"""By algorithm, its hash (RFC 7518 §3.2)."""
_REFUSED_MEMBERS = frozenset(("crit", "b64", "zip", "jwk", "jku", "x5u", "x5c"))
_SIGNATURES = {alg: jwt.get_algorithm_by_name(alg) for alg in ALGORITHMS}

Keys = Sequence[Mapping[str, Any]] | bytes
"""The keys of a JWK set, or one shared secret."""


class ForeignJwt(NamedTuple):
    """A JWT whose signature holds; nothing that it claims has been judged."""

    header: dict[str, Any]
    claims: dict[str, Any]


class _Parts(NamedTuple):
    signing_input: bytes
    header: dict[str, Any]
    claims: dict[str, Any]
    signature: bytes


def read_foreign_jwt(
    token: str, keys: Keys, algs: Collection[str], max_bytes: int = MAX_TOKEN_BYTES
) -> ForeignJwt:
    """Return the header and the claims of a compact JWS that one of ``keys`` has signed.

    A key is never taken from the token itself, a header that changes how the token is to be read is
    refused, and the kind of key decides the kind of algorithm (RFC 8725 §3.1, §3.10). Without a ``kid``
    exactly one key must fit.

    Args:
        token: what was presented.
        keys: the signer's keys: a secret for HS256, HS384 and HS512 alone, a JWK set for the others.
        algs: the algorithms that may be used here.
        max_bytes: the longest token that is read at all.

    Raises:
        UnknownKey: the signer may have newer keys than these.
        BadSignature: anything else is not as it should be.
    """
    parts = _parsed(token, max_bytes)
    header = parts.header
    alg = header.get("alg")
    if not isinstance(alg, str) or alg not in algs:
        raise BadSignature("another alg")
    if isinstance(keys, bytes):
        _verify_with_secret(parts, alg, keys)
    else:
        _verify_with_key(parts, alg, keys)
    return ForeignJwt(header, parts.claims)


def read_self_signed_jwt(token: str, algs: Collection[str], max_bytes: int) -> ForeignJwt:
    """Return the header and the claims of a compact JWS that the ``jwk`` in its header has signed.

    It proves that its sender holds that key, and says nothing of who they are.

    Raises:
        BadSignature: anything is not as it should be.
    """
    parts = _parsed(token, max_bytes, _REFUSED_MEMBERS - {"jwk"})
    alg, jwk = parts.header.get("alg"), parts.header.get("jwk")
    if not isinstance(alg, str) or alg not in algs or not isinstance(jwk, dict) or not _fits(jwk, alg):
        raise BadSignature("no key, or another alg")
    if not _SIGNATURES[alg].verify(parts.signing_input, _public_key(jwk, alg), parts.signature):
        raise BadSignature("the signature does not match")
    return ForeignJwt(parts.header, parts.claims)


def unverified_claim(token: str, name: str, max_bytes: int = MAX_TOKEN_BYTES) -> str:
    """Return a text that the token claims, only to find the keys that may have signed it.

    Raises:
        BadSignature: the token is malformed, or the claim is missing or no text.
    """
    value = _parsed(token, max_bytes).claims.get(name)
    if not isinstance(value, str):
        raise BadSignature(f"no {name}")
    return value


def _parsed(token: str, max_bytes: int, refused_members: frozenset[str] = _REFUSED_MEMBERS) -> _Parts:
    if len(token) > max_bytes:
        raise BadSignature("too long")
    parts = token.split(".")
    if len(parts) != 3:
        raise BadSignature("not three parts")
    header = _object(parts[0])
    if refused := refused_members & header.keys():
        raise BadSignature(f"{min(refused)} in the header")
    if not all(isinstance(header.get(name, ""), str) for name in ("kid", "typ", "cty")):
        raise BadSignature("a header member that is no text")
    claims, signature = _object(parts[1]), _decoded(parts[2])
    return _Parts(f"{parts[0]}.{parts[1]}".encode(), header, claims, signature)


def _verify_with_secret(parts: _Parts, alg: str, secret: bytes) -> None:
    if alg not in SECRET_ALGORITHMS:
        raise BadSignature("a secret does not fit the alg")
    if len(secret) < SECRET_BYTES[alg] or secret.lstrip().startswith((b"-----BEGIN", b"ssh-", b"ecdsa-")):
        raise BadSignature("the secret is too short, or a public key")
    if not hmac.compare_digest(
        hmac.digest(secret, parts.signing_input, SECRET_ALGORITHMS[alg]), parts.signature
    ):
        raise BadSignature("the signature does not match")


def _verify_with_key(parts: _Parts, alg: str, keys: Sequence[Mapping[str, Any]]) -> None:
    if alg not in ALGORITHMS:
        raise BadSignature("a key does not fit the alg")
    kid = parts.header.get("kid")
    key = _public_key(_chosen(keys, alg, kid), alg)
    if not _SIGNATURES[alg].verify(parts.signing_input, key, parts.signature):
        mismatch = UnknownKey if kid is None else BadSignature
        raise mismatch("the signature does not match")


def _chosen(keys: Sequence[Mapping[str, Any]], alg: str, kid: str | None) -> Mapping[str, Any]:
    named = [jwk for jwk in keys if kid is None or jwk.get("kid") == kid]
    fitting = [jwk for jwk in named if _fits(jwk, alg)]
    if not named or (kid is None and not fitting):
        raise UnknownKey("no such key")
    if len(fitting) != 1:
        raise BadSignature("no key, or more than one, fits the alg")
    return fitting[0]


def _fits(jwk: Mapping[str, Any], alg: str) -> bool:
    """Whether the key may verify signatures of ``alg`` by all that it says of itself (RFC 7517 §4)."""
    wanted = ALGORITHMS[alg]
    operations = jwk.get("key_ops", ["verify"])
    return (
        jwk.get("kty") == wanted.kty
        and (wanted.crv is None or jwk.get("crv") == wanted.crv)
        and jwk.get("alg", alg) == alg
        and jwk.get("use", "sig") == "sig"
        and isinstance(operations, list)
        and "verify" in operations
    )


def _public_key(jwk: Mapping[str, Any], alg: str) -> Any:
    public = {name: jwk.get(name) for name in PUBLIC_MEMBERS[ALGORITHMS[alg].kty]}
    try:
        key = key_from_jwk({**public, "alg": alg})
    except KeysError:
        raise BadSignature("the key cannot be used") from None
    if ALGORITHMS[alg].kty == "RSA" and key.key_size > MAX_RSA_BITS:
        raise BadSignature("the key is too large")
    return key


def _object(part: str) -> dict[str, Any]:
    """Read a JSON object whose texts every store can hold: no lone surrogate, no U+0000."""
    try:
        value = json.loads(
            _decoded(part).decode(),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refused,
            parse_float=_finite,
        )
        text = json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise BadSignature("not JSON") from None
    if not isinstance(value, dict) or rb"\u0000" in text:
        raise BadSignature("not a JSON object, or with U+0000 in it")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a member twice")
    return value


def _refused(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a number without end")
    return value


def _decoded(part: str) -> bytes:
    try:
        return base64url.decode(part)
    except ValueError:
        raise BadSignature("not base64url") from None
