"""The provider's metadata: what is switched on and nothing else (RFC 8414 §2, Discovery §3)."""

from typing import Any

from flask import url_for

from provider.authorization.check_response import RESPONSE_MODES
from provider.locales import SUPPORTED_LOCALES
from provider.wiring import Services
from validators.client_auth import METHODS
from validators.scopes import OPENID_SCOPES
from validators.user_claims import STANDARD_CLAIMS

PROTOCOL_CLAIMS = ("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "amr")


def provider_metadata(services: Services) -> dict[str, Any]:
    """Return the document for both well-known addresses."""
    issuer = services.settings.issuer
    server = services.server

    def endpoint(name: str) -> str:
        return issuer + url_for(name).removeprefix(services.settings.path)

    return {
        "issuer": issuer,
        "authorization_endpoint": endpoint("authorization.authorize"),
        "token_endpoint": endpoint("token.issue_token"),
        "userinfo_endpoint": endpoint("userinfo.userinfo"),
        "jwks_uri": endpoint("jwks.jwks"),
        "scopes_supported": list(OPENID_SCOPES),
        "response_types_supported": list(server.response_types),
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": list(server.grant_types),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": list(services.key_ring.algorithms()),
        "token_endpoint_auth_methods_supported": list(METHODS),
        "claims_supported": [*PROTOCOL_CLAIMS, *STANDARD_CLAIMS],
        "claims_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_request_uri_registration": True,
        "ui_locales_supported": list(SUPPORTED_LOCALES),
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
