"""The JWS algorithms that Paper signs with (RFC 7518 §3.1, RFC 8037 §3.1)."""

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from keys.errors import BadKey, UnknownAlgorithm

RSA_BITS = (2048, 3072)
RSA_EXPONENT = 65537


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One row of the table: the hash it uses, and the key type and curve it wants (RFC 7518 §6)."""

    name: str
    hash_name: str
    kty: str
    crv: str | None = None


ALGORITHMS: dict[str, Algorithm] = {
    algorithm.name: algorithm
    for algorithm in (
        Algorithm("RS256", "sha256", "RSA"),
        Algorithm("RS384", "sha384", "RSA"),
        Algorithm("RS512", "sha512", "RSA"),
        Algorithm("PS256", "sha256", "RSA"),
        Algorithm("PS384", "sha384", "RSA"),
        Algorithm("PS512", "sha512", "RSA"),
        Algorithm("ES256", "sha256", "EC", "P-256"),
        Algorithm("ES384", "sha384", "EC", "P-384"),
        Algorithm("ES512", "sha512", "EC", "P-521"),
        Algorithm("EdDSA", "sha512", "OKP", "Ed25519"),
    )
}

_CURVES: dict[str, ec.EllipticCurve] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
}
_CURVE_NAMES = {curve.name: crv for crv, curve in _CURVES.items()}


def require_algorithm(alg: str) -> Algorithm:
    """Return the row of ``alg``; names are case-sensitive (RFC 7515 §4.1.1).

    Raises:
        UnknownAlgorithm: Paper does not sign with it; ``none`` and HS* are never found.
    """
    try:
        return ALGORITHMS[alg]
    except KeyError:
        raise UnknownAlgorithm(f"{alg!r} is none of {', '.join(ALGORITHMS)}") from None


def generate_private_key(alg: str, rsa_bits: int = 2048) -> Any:
    """Return a new private key that fits ``alg``; ``rsa_bits`` is 2048 or 3072.

    Raises:
        UnknownAlgorithm: see ``require_algorithm``.
        BadKey: another RSA size.
    """
    algorithm = require_algorithm(alg)
    if algorithm.kty == "RSA":
        if rsa_bits not in RSA_BITS:
            raise BadKey(f"an RSA key has 2048 or 3072 bits, not {rsa_bits}")
        return rsa.generate_private_key(public_exponent=RSA_EXPONENT, key_size=rsa_bits)
    if algorithm.kty == "EC":
        return ec.generate_private_key(_CURVES[str(algorithm.crv)])
    return ed25519.Ed25519PrivateKey.generate()


def require_fit(alg: str, key: Any) -> None:
    """Refuse a private or public key that is not what ``alg`` asks for.

    Raises:
        UnknownAlgorithm: see ``require_algorithm``.
        BadKey: another type or curve, or RSA with fewer than 2048 bits (RFC 7518 §3.3).
    """
    algorithm = require_algorithm(alg)
    kty, crv = _type_of(key)
    if (kty, crv) != (algorithm.kty, algorithm.crv):
        wanted = algorithm.crv or algorithm.kty
        raise BadKey(f"{alg} needs a key of type {wanted}, this one is {crv or kty}")
    if kty == "RSA" and key.key_size < RSA_BITS[0]:
        raise BadKey(f"an RSA key needs at least 2048 bits, this one has {key.key_size}")


def _type_of(key: Any) -> tuple[str, str | None]:
    if isinstance(key, (rsa.RSAPrivateKey, rsa.RSAPublicKey)):
        return "RSA", None
    if isinstance(key, (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey)):
        return "EC", _CURVE_NAMES.get(key.curve.name, key.curve.name)
    if isinstance(key, (ed25519.Ed25519PrivateKey, ed25519.Ed25519PublicKey)):
        return "OKP", "Ed25519"
    return type(key).__name__, None
