"""What a client's metadata must hold for encrypted answers and requests (OpenID Connect Registration §2)."""

from collections.abc import Mapping
from typing import Any

from keys.jwe import fitting_key
from validators.metadata_values import InvalidClientMetadata
from validators.registered_encryption import ANSWERS, REQUEST_OBJECT, encryption_of


def require_encryption(metadata: Mapping[str, Any]) -> None:
    """Refuse a document that asks for encryption without saying how, or without a key for it.

    Raises:
        InvalidClientMetadata: the first member that is missing or does not fit.
    """
    for prefix in (*ANSWERS, REQUEST_OBJECT):
        if f"{prefix}_enc" in metadata and f"{prefix}_alg" not in metadata:
            raise InvalidClientMetadata(f"{prefix}_enc", f"needs {prefix}_alg beside it")
    keys = metadata.get("jwks", {}).get("keys", ())
    for prefix in ANSWERS:
        encryption = encryption_of(metadata, prefix)
        if encryption and "jwks_uri" not in metadata and fitting_key(keys, encryption.alg) is None:
            raise InvalidClientMetadata(
                f"{prefix}_alg", "needs a key for it in jwks, with the use enc, or jwks_uri"
            )
