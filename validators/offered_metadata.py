"""What a client may register only where this provider, as it is set up, can do it."""

from collections.abc import Collection, Mapping
from typing import Any

from keys.foreign_jwt import SECRET_ALGORITHMS
from validators.auth_methods import CERTIFICATE_METHODS
from validators.metadata_authentication import ID_TOKEN_ALG
from validators.metadata_values import InvalidClientMetadata

BOUND = "tls_client_certificate_bound_access_tokens"
INTROSPECTION_ALG = "introspection_signed_response_alg"
AUTHORIZATION_ALG = "authorization_signed_response_alg"
USERINFO_ALG = "userinfo_signed_response_alg"


def require_offered(
    metadata: Mapping[str, Any], *, algorithms: Collection[str], methods: Collection[str]
) -> None:
    """Refuse metadata that asks for what is switched off, or for a key that there is not.

    Args:
        metadata: checked and completed.
        algorithms: what this provider signs with now.
        methods: how clients may authenticate here.

    Raises:
        InvalidClientMetadata: the first member that cannot be kept to.
    """
    for member in (ID_TOKEN_ALG, AUTHORIZATION_ALG, INTROSPECTION_ALG, USERINFO_ALG):
        if member in metadata and metadata[member] not in (*algorithms, *SECRET_ALGORITHMS):
            raise InvalidClientMetadata(member, f"has no key here; those with one: {', '.join(algorithms)}")
    if metadata["token_endpoint_auth_method"] not in methods:
        raise InvalidClientMetadata(
            "token_endpoint_auth_method", f"is switched off here; allowed: {', '.join(methods)}"
        )
    if metadata.get(BOUND) and not set(CERTIFICATE_METHODS) & set(methods):
        raise InvalidClientMetadata(BOUND, "needs TLS client certificates, which are switched off here")
