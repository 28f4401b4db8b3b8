"""Private keys as they lie in the store: PKCS#8 DER, sealed."""

from typing import Any

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from keys.errors import BadKey
from keys.jwks import public_jwk
from keys.sealed import Sealer

PURPOSE = "signing-key"
"""The purpose of the ``Sealer`` for private keys."""


def seal_private_key(key: Any, sealer: Sealer) -> bytes:
    """Return ``key`` sealed."""
    return sealer.seal(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def open_private_key(sealed: bytes, sealer: Sealer, *, kid: str, alg: str) -> Any:
    """Return the private key that ``seal_private_key`` sealed.

    Raises:
        BadSeal: see ``Sealer.open``.
        BadKey: it is not the key that ``kid`` names, so a sealed value was put in another's place.
    """
    key: Any = load_der_private_key(sealer.open(sealed), password=None)
    if public_jwk(key, alg)["kid"] != kid:
        raise BadKey(f"the private key stored for {kid} is another key's")
    return key
