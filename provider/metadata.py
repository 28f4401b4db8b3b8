"""The provider's metadata: what is switched on and nothing else (RFC 8414 §2, Discovery §3)."""

from typing import Any

from flask import url_for

from keys.algorithms import ALGORITHMS
from provider.authorization.check_response import RESPONSE_MODES
from provider.client_wiring import auth_methods
from provider.locales import SUPPORTED_LOCALES
from provider.wiring import Services
from validators.auth_methods import ASSERTION_ALGORITHMS, SECRET_ALGORITHM_NAMES
from validators.client import PUBLIC
from validators.metadata_members import IMPLICIT, PASSWORD
from validators.scopes import OPENID_SCOPES
from validators.user_claims import STANDARD_CLAIMS

MTLS_ENDPOINTS = (
    "token_endpoint",
    "userinfo_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "device_authorization_endpoint",
)
PROTOCOL_CLAIMS = ("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "amr")


def provider_metadata(services: Services) -> dict[str, Any]:
    """Return the document for both well-known addresses."""
    issuer = services.settings.issuer
    server = services.server

    def endpoint(name: str) -> str:
        return issuer + url_for(name).removeprefix(services.settings.path)

    methods = auth_methods(services.settings)
    document = {
        "issuer": issuer,
        "authorization_endpoint": endpoint("authorization.authorize"),
        "token_endpoint": endpoint("token.issue_token"),
        "device_authorization_endpoint": endpoint("device_authorization.authorize_device"),
        "userinfo_endpoint": endpoint("userinfo.userinfo"),
        "jwks_uri": endpoint("jwks.jwks"),
        "revocation_endpoint": endpoint("revocation.revoke"),
        "revocation_endpoint_auth_methods_supported": list(methods),
        "revocation_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "introspection_endpoint": endpoint("introspection.introspect"),
        "introspection_endpoint_auth_methods_supported": [name for name in methods if name != PUBLIC],
        "introspection_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "introspection_signing_alg_values_supported": list(services.key_ring.algorithms()),
        "scopes_supported": list(OPENID_SCOPES),
        "response_types_supported": list(server.response_types),
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": [name for name in (*server.grant_types, IMPLICIT) if name != PASSWORD],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [*services.key_ring.algorithms(), *SECRET_ALGORITHM_NAMES],
        "token_endpoint_auth_methods_supported": list(methods),
        "token_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "claims_supported": [*PROTOCOL_CLAIMS, *STANDARD_CLAIMS],
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        "require_request_uri_registration": True,
        "request_object_signing_alg_values_supported": list(ALGORITHMS),
        "ui_locales_supported": list(SUPPORTED_LOCALES),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
    return document | _certificate_metadata(document, services)


def _certificate_metadata(document: dict[str, Any], services: Services) -> dict[str, Any]:
    """Return what is there only where clients may present certificates (RFC 8705 §3.3, §5)."""
    settings = services.settings
    if settings.client_cert_header is None:
        return {}
    base = settings.mtls_endpoint_base or settings.issuer
    return {
        "tls_client_certificate_bound_access_tokens": True,
        "mtls_endpoint_aliases": {
            name: base + document[name].removeprefix(settings.issuer)
            for name in MTLS_ENDPOINTS
            if name in document
        },
    }
