"""What a client's metadata must hold for the way it authenticates (OpenID Connect Core §9, RFC 8705 §2)."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from keys.algorithms import ALGORITHMS
from keys.foreign_jwt import SECRET_ALGORITHMS
from validators.auth_methods import (
    CLIENT_SECRET_JWT,
    PRIVATE_KEY_JWT,
    SELF_SIGNED_TLS_CLIENT_AUTH,
    TLS_CLIENT_AUTH,
    has_secret,
)
from validators.certificate_names import DN, IP, SUBJECT_MEMBERS, read_distinguished_name
from validators.metadata_values import InvalidClientMetadata

ID_TOKEN_ALG = "id_token_signed_response_alg"  # noqa: S105 - a member, not a secret
SIGNING_ALG = "token_endpoint_auth_signing_alg"


def require_authentication(metadata: Mapping[str, Any]) -> None:
    """Refuse a document that does not say how the client is to be recognised.

    Raises:
        InvalidClientMetadata: the first member that is missing or does not fit.
    """
    method = metadata["token_endpoint_auth_method"]
    if method == PRIVATE_KEY_JWT and not ("jwks_uri" in metadata or _keys(metadata)):
        raise InvalidClientMetadata("jwks", f"must hold a key, or jwks_uri be given, for {PRIVATE_KEY_JWT}")
    if method == TLS_CLIENT_AUTH:
        _require_subject(metadata)
    if method == SELF_SIGNED_TLS_CLIENT_AUTH and not ("jwks_uri" in metadata or _certificates(metadata)):
        raise InvalidClientMetadata(
            "jwks", f"must hold a key with its certificate as x5c, or jwks_uri be given, for {method}"
        )
    _require_algorithms(metadata)


def _require_algorithms(metadata: Mapping[str, Any]) -> None:
    fitting = {PRIVATE_KEY_JWT: tuple(ALGORITHMS), CLIENT_SECRET_JWT: tuple(SECRET_ALGORITHMS)}
    method = metadata["token_endpoint_auth_method"]
    alg = metadata.get(SIGNING_ALG)
    if alg is not None and alg not in fitting.get(method, (alg,)):
        raise InvalidClientMetadata(SIGNING_ALG, f"must be one of {', '.join(fitting[method])} for {method}")
    if metadata[ID_TOKEN_ALG] in SECRET_ALGORITHMS and not has_secret(metadata):
        raise InvalidClientMetadata(ID_TOKEN_ALG, "HS256, HS384 and HS512 are for clients with a secret")


def _require_subject(metadata: Mapping[str, Any]) -> None:
    """RFC 8705 §2.1.2: exactly one of the members that name a certificate's subject."""
    named = [member for member in SUBJECT_MEMBERS if metadata.get(member)]
    if len(named) != 1:
        member = named[-1] if named else DN
        raise InvalidClientMetadata(member, f"exactly one of {', '.join(SUBJECT_MEMBERS)} must be given")
    member = named[0]
    if member == DN and read_distinguished_name(metadata[DN]) is None:
        raise InvalidClientMetadata(DN, "must be a distinguished name such as CN=client,O=Example (RFC 4514)")
    if member == IP:
        try:
            ip_address(metadata[IP])
        except ValueError:
            raise InvalidClientMetadata(IP, "must be an IPv4 or IPv6 address") from None


def _keys(metadata: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(metadata.get("jwks", {}).get("keys", ()))


def _certificates(metadata: Mapping[str, Any]) -> bool:
    return any(isinstance(key.get("x5c"), list) and key["x5c"] for key in _keys(metadata))
