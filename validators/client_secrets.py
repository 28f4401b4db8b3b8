"""The identifier and the secret that a client begins with: random, or brought by an operator."""

import secrets
from collections.abc import Mapping
from typing import Any

from validators.auth_methods import has_secret, least_secret, needs_readable_secret
from validators.clients import MAX_CLIENT_ID, is_client_id
from validators.metadata_values import InvalidClientMetadata
from validators.secret_digests import new_secret

MAX_SECRET = 1024


def first_client_id(brought: Any) -> str:
    """Return ``brought`` if it can be a client identifier, or 128 random bits for ``None``.

    Raises:
        InvalidClientMetadata: it cannot.
    """
    if brought is None:
        return secrets.token_urlsafe(16)
    if not isinstance(brought, str) or not is_client_id(brought):
        raise InvalidClientMetadata(
            "client_id", f"must be 1 to {MAX_CLIENT_ID} printable ASCII characters, no space at an end"
        )
    return brought


def first_secret(metadata: Mapping[str, Any], brought: Any) -> str | None:
    """Return ``brought`` if it can be a secret, or a new one for ``None``; ``None`` for a client without one.

    Raises:
        InvalidClientMetadata: it cannot, or the client authenticates without a secret.
    """
    if not has_secret(metadata):
        if brought is not None:
            raise InvalidClientMetadata("client_secret", "is not for a client that authenticates without one")
        return None
    if brought is None:
        return secret_for(metadata)
    is_vschar = isinstance(brought, str) and brought.isascii() and brought.isprintable()
    least = least_secret(metadata)
    if not is_vschar or not least <= len(brought) <= MAX_SECRET:
        raise InvalidClientMetadata(
            "client_secret", f"must be {least} to {MAX_SECRET} printable ASCII characters"
        )
    return str(brought)


def secret_for(metadata: Mapping[str, Any]) -> str:
    """Return a new secret; one that signs is long enough for every algorithm (RFC 7518 §3.2)."""
    return secrets.token_urlsafe(48) if needs_readable_secret(metadata) else new_secret()
