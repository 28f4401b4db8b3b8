"""How the answers to a client, and its own requests, are encrypted (OpenID Connect Registration §2)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from keys.jwe import DEFAULT_ENC

ID_TOKEN = "id_token_encrypted_response"  # noqa: S105 - members, not a secret
USERINFO = "userinfo_encrypted_response"
REQUEST_OBJECT = "request_object_encryption"
AUTHORIZATION = "authorization_encrypted_response"
ANSWERS = (ID_TOKEN, USERINFO, AUTHORIZATION)


class RegisteredEncryption(NamedTuple):
    """One registered way to encrypt (RFC 7516 §4.1)."""

    alg: str
    enc: str


def encryption_of(metadata: Mapping[str, Any], prefix: str) -> RegisteredEncryption | None:
    """Return what the members ``prefix`` with ``_alg`` and ``_enc`` say; ``None``: no encryption."""
    alg = metadata.get(f"{prefix}_alg")
    if alg is None:
        return None
    return RegisteredEncryption(str(alg), str(metadata.get(f"{prefix}_enc", DEFAULT_ENC)))
