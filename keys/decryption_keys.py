"""The keys that others encrypt for us with (RFC 7517 §4.2, OpenID Connect Core §10.2)."""

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from joserfc.jwk import ECKey, RSAKey

from keys.algorithms import RSA_BITS, RSA_EXPONENT
from keys.jwe import ENCRYPTIONS, decrypt
from keys.jwks import PUBLIC_MEMBERS, thumbprint

RSA_ALG = "RSA-OAEP-256"
EC_ALG = "ECDH-ES"
ALGORITHMS = (RSA_ALG, EC_ALG)
"""One key for each (RFC 7518 §4.1)."""


def generate_decryption_key(alg: str) -> bytes:
    """Return a new private key for one of ``ALGORITHMS``, as PKCS#8 DER."""
    key: Any = (
        rsa.generate_private_key(public_exponent=RSA_EXPONENT, key_size=RSA_BITS[0])
        if alg == RSA_ALG
        else ec.generate_private_key(ec.SECP256R1())
    )
    der: bytes = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return der


class DecryptionKeys:
    """Opens what was encrypted for us.

    Args:
        private: by algorithm, what ``generate_decryption_key`` made.
    """

    def __init__(self, private: Mapping[str, bytes]) -> None:
        self._keys: dict[str, Any] = {}
        self._published: list[dict[str, str]] = []
        for alg, der in private.items():
            key: Any = (RSAKey if alg == RSA_ALG else ECKey).import_key(load_der_private_key(der, None))  # type: ignore[arg-type]
            public = key.as_dict(private=False)
            members = {name: public[name] for name in PUBLIC_MEMBERS[key.key_type]}
            kid = thumbprint(members)
            self._keys[kid] = key
            self._published.append({**members, "kid": kid, "alg": alg, "use": "enc"})

    def published(self) -> list[dict[str, str]]:
        """Return the public JWKs for the JWK set."""
        return [dict(jwk) for jwk in self._published]

    def open(self, token: str, *, alg: str | None, enc: str | None) -> str:
        """Return the text inside of a compact JWE; nothing in it is proven.

        Args:
            token: as sent.
            alg: the one that it must be made with; ``None``: any of ``ALGORITHMS``.
            enc: the same for ``enc``.

        Raises:
            BadSignature: it was not made for us, or not like that.
        """
        algs, encs = (alg,) if alg else ALGORITHMS, (enc,) if enc else ENCRYPTIONS
        return decrypt(token, self._keys, algs=algs, encs=encs)
