"""Encrypted JWTs for their reader (RFC 7516, RFC 7518 §4 and §5, RFC 7519 §5.2)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from keys import base64url
from keys.errors import BadKey, BadSignature, UnknownAlgorithm, UnknownKey
from keys.jwks import PUBLIC_MEMBERS

KEY_TYPES: dict[str, tuple[str, ...]] = {
    "RSA-OAEP-256": ("RSA",),
    "ECDH-ES": ("EC", "OKP"),
    "ECDH-ES+A128KW": ("EC", "OKP"),
    "ECDH-ES+A256KW": ("EC", "OKP"),
}
"""By ``alg``, the key types that it takes; no ``RSA1_5``, no ``dir``, no password."""
ALGORITHMS = tuple(KEY_TYPES)
DEFAULT_ENC = "A128CBC-HS256"
"""What a registration with an ``alg`` and no ``enc`` means (OpenID Connect Registration §2)."""
ENCRYPTIONS = (DEFAULT_ENC, "A128GCM", "A256GCM")

CURVES = ("P-256", "P-384", "P-521", "X25519")
RSA_BITS = range(2048, 8192 + 1)
MAX_CHARACTERS = 48 * 1024
_HEADER = frozenset(("alg", "enc", "kid", "typ", "cty", "epk", "apu", "apv", "iss", "aud"))
_KEY_CLASSES: dict[str, type[RSAKey] | type[ECKey] | type[OKPKey]] = {
    "RSA": RSAKey,
    "EC": ECKey,
    "OKP": OKPKey,
}
_OPERATIONS = frozenset(("encrypt", "wrapKey", "deriveKey", "deriveBits"))


def encrypt(
    plaintext: str, jwks: Sequence[Mapping[str, Any]], *, alg: str, enc: str, cty: str | None = None
) -> str:
    """Return ``plaintext`` as a compact JWE for the holder of the key that fits best (RFC 7516 §3.1).

    Args:
        plaintext: a JWS, or a JSON text.
        jwks: the reader's public keys (OpenID Connect Core §10.2).
        alg: one of ``ALGORITHMS``.
        enc: one of ``ENCRYPTIONS``.
        cty: ``JWT`` where ``plaintext`` is one (RFC 7519 §5.2).

    Raises:
        UnknownAlgorithm: another ``alg`` or ``enc``.
        UnknownKey: none of the keys is for encryption with ``alg``.
        BadKey: the one that is cannot be used.
    """
    if alg not in KEY_TYPES or enc not in ENCRYPTIONS:
        raise UnknownAlgorithm(f"{alg!r} with {enc!r} is not done here")
    jwk = fitting_key(jwks, alg)
    if jwk is None:
        raise UnknownKey(f"no key for {alg}")
    said = {"alg": alg, "enc": enc, "kid": jwk.get("kid"), "cty": cty}
    header = {name: value for name, value in said.items() if isinstance(value, str)}
    try:
        public = {name: jwk[name] for name in PUBLIC_MEMBERS[jwk["kty"]]}
        _require_strong(public)
        key = _KEY_CLASSES[jwk["kty"]].import_key(public)
        return jwe.encrypt_compact(header, plaintext, key, algorithms=[alg, enc])
    except (JoseError, UnsupportedAlgorithm, ValueError, TypeError, KeyError) as error:
        raise BadKey(f"the key for {alg} cannot be used") from error


def fitting_key(jwks: Sequence[Mapping[str, Any]], alg: str) -> Mapping[str, Any] | None:
    """Return the key to encrypt with: the first of those for encryption alone, or one without ``use``."""
    fitting = [jwk for jwk in jwks if _fits(jwk, alg)]
    return min(fitting, key=lambda jwk: jwk.get("use") != "enc", default=None)


def is_encrypted(text: str) -> bool:
    """Whether ``text`` has the five parts of a compact JWE (RFC 7516 §9)."""
    return text.count(".") == 4


def decrypt(token: str, keys: Mapping[str, Any], *, algs: Sequence[str], encs: Sequence[str]) -> str:
    """Return the ASCII text of a compact JWE that was made for us; nothing in it is proven.

    Args:
        token: as sent.
        keys: our private keys, by ``kid``.
        algs: the ``alg`` values that may be used here.
        encs: the ``enc`` values that may be used here.

    Raises:
        UnknownKey: it names a key that is not ours, or none.
        BadSignature: anything else is not as it should be.
    """
    header = _read_header(token)
    alg, enc, kid = str(header.get("alg")), str(header.get("enc")), header.get("kid")
    if alg not in algs or enc not in encs:
        raise BadSignature("another alg or enc")
    fitting = [key for name, key in keys.items() if kid in (None, name) and key.key_type in KEY_TYPES[alg]]
    if len(fitting) != 1:
        raise UnknownKey("no such key for the alg")
    try:
        opened = jwe.decrypt_compact(token, fitting[0], algorithms=[alg, enc])
        return (opened.plaintext or b"").decode("ascii")
    except (JoseError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, AssertionError) as error:
        raise BadSignature("it does not open") from error


def _fits(jwk: Mapping[str, Any], alg: str) -> bool:
    """Whether a key may be used with ``alg`` by all that it says of itself (RFC 7517 §4)."""
    operations = jwk.get("key_ops")
    return (
        jwk.get("kty") in KEY_TYPES[alg]
        and ("RSA" in KEY_TYPES[alg] or jwk.get("crv") in CURVES)
        and jwk.get("use", "enc") == "enc"
        and jwk.get("alg", alg) == alg
        and (operations is None or (isinstance(operations, list) and not _OPERATIONS.isdisjoint(operations)))
    )


def _require_strong(public: Mapping[str, Any]) -> None:
    if "n" in public and int.from_bytes(base64url.decode(public["n"])).bit_length() not in RSA_BITS:
        raise BadKey("an RSA key has 2048 to 8192 bits")


def _read_header(token: str) -> dict[str, Any]:
    """Read the protected header; one that asks for compression, or for more than we know, is refused."""
    if len(token) > MAX_CHARACTERS:
        raise BadSignature("too long")
    if not is_encrypted(token):
        raise BadSignature("not five parts")
    try:
        header = json.loads(base64url.decode(token.partition(".")[0]))
    except (ValueError, RecursionError):
        raise BadSignature("not a header") from None
    if not isinstance(header, dict) or not _HEADER.issuperset(header):
        raise BadSignature("a header member that is not known")
    return header
