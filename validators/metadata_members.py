"""The members of a client metadata document and the check of each (RFC 7591 §2 and its extensions)."""

from collections.abc import Mapping
from typing import Any

from keys.decryption_keys import ALGORITHMS as DECRYPTION_ALGORITHMS
from keys.jwe import ALGORITHMS as ENCRYPTION_ALGORITHMS
from keys.jwe import ENCRYPTIONS
from validators.auth_methods import ASSERTION_ALGORITHMS, METHODS, SECRET_ALGORITHM_NAMES
from validators.metadata_backchannel import DELIVERY_MODE, DELIVERY_MODES
from validators.metadata_backchannel import GRANT_TYPE as CIBA
from validators.metadata_uris import RegisteredBy, redirect_uri, web_uri
from validators.metadata_values import (
    Check,
    boolean,
    jwk_set,
    list_of,
    one_of,
    opaque,
    scope,
    seconds,
    set_of,
    text,
)
from validators.profiles import PROFILES
from validators.registered_encryption import ANSWERS, REQUEST_OBJECT
from validators.sector_identifiers import SUBJECT_TYPES

AUTHORIZATION_CODE = "authorization_code"
CLIENT_CREDENTIALS = "client_credentials"
IMPLICIT = "implicit"
PASSWORD = "password"  # noqa: S105 - a grant type, not a secret
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # noqa: S105 - a grant type

TOKEN_ENDPOINT_AUTH_METHODS = METHODS
GRANT_TYPES = (
    AUTHORIZATION_CODE,
    "refresh_token",
    CLIENT_CREDENTIALS,
    IMPLICIT,
    PASSWORD,
    "urn:ietf:params:oauth:grant-type:device_code",
    JWT_BEARER,
    TOKEN_EXCHANGE,
    CIBA,
)
RESPONSE_TYPE_WORDS = ("code", "id_token", "token")
RESPONSE_TYPES = (
    "code",
    "id_token",
    "token",
    "code id_token",
    "code token",
    "id_token token",
    "code id_token token",
)
ID_TOKEN_ALGORITHMS = (
    *(f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)),
    "EdDSA",
)

TRANSLATABLE = ("client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri")
PAGES = ("client_uri", "logo_uri", "policy_uri", "tos_uri")
ENDPOINTS = (
    "jwks_uri",
    "sector_identifier_uri",
    "initiate_login_uri",
    "backchannel_logout_uri",
    "frontchannel_logout_uri",
    "backchannel_client_notification_endpoint",
)
BOOLEANS = (
    "require_auth_time",
    "require_pushed_authorization_requests",
    "require_signed_request_object",
    "dpop_bound_access_tokens",
    "tls_client_certificate_bound_access_tokens",
    "use_mtls_endpoint_aliases",
    "frontchannel_logout_session_required",
    "backchannel_logout_session_required",
    "backchannel_user_code_parameter",
    "paper_any_secret_method",
    "paper_require_pkce",
    "paper_rotate_refresh_tokens",
    "paper_skip_consent",
    "paper_introspect",
    "paper_dpop_nonce",
)
TEXTS = (
    "client_name",
    "software_id",
    "software_version",
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_uri",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_email",
    "introspection_encrypted_response_alg",
    "introspection_encrypted_response_enc",
)


def canonical_response_type(value: str) -> str:
    """Return a response type with its words in one order, since order means nothing (RFC 6749 §3.1.1)."""
    words = value.split(" ")
    known = [word for word in RESPONSE_TYPE_WORDS if word in words]
    return " ".join(known) if sorted(known) == sorted(words) else value


PLAIN_CHECKS: dict[str, Check] = {
    **dict.fromkeys(BOOLEANS, boolean),
    **dict.fromkeys(TEXTS, text),
    "grant_types": set_of(GRANT_TYPES),
    "response_types": set_of(RESPONSE_TYPES, canonical_response_type),
    "token_endpoint_auth_method": one_of(*TOKEN_ENDPOINT_AUTH_METHODS),
    "application_type": one_of("web", "native"),
    "subject_type": one_of(*SUBJECT_TYPES),
    "id_token_signed_response_alg": one_of(*ID_TOKEN_ALGORITHMS, *SECRET_ALGORITHM_NAMES),
    "token_endpoint_auth_signing_alg": one_of(*ASSERTION_ALGORITHMS),
    "request_object_signing_alg": one_of(*ID_TOKEN_ALGORITHMS),
    "backchannel_authentication_request_signing_alg": one_of(*ID_TOKEN_ALGORITHMS),
    DELIVERY_MODE: one_of(*DELIVERY_MODES),
    "authorization_signed_response_alg": one_of(*ID_TOKEN_ALGORITHMS),
    "introspection_signed_response_alg": one_of(*ID_TOKEN_ALGORITHMS),
    "userinfo_signed_response_alg": one_of(*ID_TOKEN_ALGORITHMS),
    **{f"{answer}_alg": one_of(*ENCRYPTION_ALGORITHMS) for answer in ANSWERS},
    **{f"{each}_enc": one_of(*ENCRYPTIONS) for each in (*ANSWERS, REQUEST_OBJECT)},
    f"{REQUEST_OBJECT}_alg": one_of(*DECRYPTION_ALGORITHMS),
    "scope": scope,
    "jwks": jwk_set,
    "contacts": list_of(text),
    "default_acr_values": list_of(text),
    "authorization_details_types": list_of(text),
    "default_max_age": seconds,
    "software_statement": opaque,
    "paper_profile": one_of(*PROFILES),
    "paper_access_token_format": one_of("opaque", "jwt"),
    "paper_exchange_audiences": list_of(text),
}


def member_checks(given: Mapping[str, Any], registered_by: RegisteredBy) -> dict[str, Check]:
    """Return the check of every known member; those of URIs depend on who registers which kind of client."""
    native = given.get("application_type") == "native"
    return PLAIN_CHECKS | {
        **dict.fromkeys(PAGES, web_uri(registered_by, fragment=True)),
        **dict.fromkeys(ENDPOINTS, web_uri(registered_by)),
        "request_uris": list_of(web_uri(registered_by, fragment=True)),
        "redirect_uris": list_of(redirect_uri(native=native)),
        "post_logout_redirect_uris": list_of(redirect_uri(native=native, error="invalid_client_metadata")),
    }
