"""How clients authenticate: the names and what each needs (OpenID Connect Core §9, RFC 8705 §2)."""

from collections.abc import Mapping
from typing import Any

from keys.algorithms import ALGORITHMS
from keys.foreign_jwt import SECRET_ALGORITHMS
from keys.signer import SECRET_BYTES

CLIENT_SECRET_BASIC = "client_secret_basic"  # noqa: S105 - a method, not a secret
CLIENT_SECRET_POST = "client_secret_post"  # noqa: S105 - a method, not a secret
CLIENT_SECRET_JWT = "client_secret_jwt"  # noqa: S105 - a method, not a secret
PRIVATE_KEY_JWT = "private_key_jwt"
TLS_CLIENT_AUTH = "tls_client_auth"
SELF_SIGNED_TLS_CLIENT_AUTH = "self_signed_tls_client_auth"
NONE = "none"

SHARED_SECRET_METHODS = (CLIENT_SECRET_BASIC, CLIENT_SECRET_POST, CLIENT_SECRET_JWT)
ASSERTION_METHODS = (CLIENT_SECRET_JWT, PRIVATE_KEY_JWT)
CERTIFICATE_METHODS = (TLS_CLIENT_AUTH, SELF_SIGNED_TLS_CLIENT_AUTH)
METHODS = (*SHARED_SECRET_METHODS, PRIVATE_KEY_JWT, *CERTIFICATE_METHODS, NONE)

SECRET_ALGORITHM_NAMES = tuple(SECRET_ALGORITHMS)
ASSERTION_ALGORITHMS = (*ALGORITHMS, *SECRET_ALGORITHM_NAMES)
"""What an assertion may be signed with."""

MIN_SECRET = 32


def has_secret(metadata: Mapping[str, Any]) -> bool:
    """Whether a client with this metadata has a secret."""
    return metadata["token_endpoint_auth_method"] in SHARED_SECRET_METHODS


def needs_readable_secret(metadata: Mapping[str, Any]) -> bool:
    """Whether the provider computes with the client's secret rather than compare it."""
    return has_secret(metadata) and (
        metadata["token_endpoint_auth_method"] == CLIENT_SECRET_JWT
        or metadata.get("id_token_signed_response_alg") in SECRET_ALGORITHMS
    )


def least_secret(metadata: Mapping[str, Any]) -> int:
    """Return the least length of this client's secret, by the algorithms it is registered for."""
    names = ("token_endpoint_auth_signing_alg", "id_token_signed_response_alg")
    return max(SECRET_BYTES.get(str(metadata.get(name)), MIN_SECRET) for name in names)
