"""The provider's metadata: what is switched on and nothing else (RFC 8414 §2, Discovery §3)."""

from collections.abc import Iterable
from typing import Any

from flask import url_for

from keys.algorithms import ALGORITHMS
from keys.decryption_keys import ALGORITHMS as DECRYPTION_ALGORITHMS
from keys.jwe import ALGORITHMS as ENCRYPTION_ALGORITHMS
from keys.jwe import ENCRYPTIONS
from provider.authorization.check_response import RESPONSE_MODES
from provider.client_wiring import auth_methods
from provider.locales import SUPPORTED_LOCALES
from provider.wiring import Services
from validators.auth_methods import SECRET_ALGORITHM_NAMES
from validators.authentication_context import reachable
from validators.client import PUBLIC
from validators.custom_scopes import CustomScope
from validators.metadata_backchannel import DELIVERY_MODES
from validators.metadata_members import IMPLICIT, PASSWORD
from validators.profiles import PROFILES, Profile, offered_methods
from validators.scopes import OPENID_SCOPES
from validators.sector_identifiers import SUBJECT_TYPES
from validators.user_claims import STANDARD_CLAIMS

MTLS_ENDPOINTS = (
    "token_endpoint",
    "pushed_authorization_request_endpoint",
    "userinfo_endpoint",
    "revocation_endpoint",
    "introspection_endpoint",
    "device_authorization_endpoint",
    "backchannel_authentication_endpoint",
)
PROTOCOL_CLAIMS = ("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid")


def provider_metadata(services: Services) -> dict[str, Any]:
    """Return the document for both well-known addresses."""
    issuer = services.settings.issuer
    server = services.server

    def endpoint(name: str) -> str:
        return issuer + url_for(name).removeprefix(services.settings.path)

    profile = PROFILES[services.settings.profile]
    methods = offered_methods(profile, auth_methods(services.settings))
    signing = [alg for alg in services.key_ring.algorithms() if profile.allows_alg(alg)]
    verifying = [alg for alg in ALGORITHMS if profile.allows_alg(alg)]
    by_secret = [alg for alg in SECRET_ALGORITHM_NAMES if profile.allows_alg(alg)]
    custom = services.custom_scopes.all()
    document = {
        "issuer": issuer,
        "authorization_endpoint": endpoint("authorization.authorize"),
        "token_endpoint": endpoint("token.issue_token"),
        "pushed_authorization_request_endpoint": endpoint("pushed_authorization.push"),
        "require_pushed_authorization_requests": profile.requires_pushed
        or services.settings.require_pushed_requests == "yes",
        "device_authorization_endpoint": endpoint("device_authorization.authorize_device"),
        "backchannel_authentication_endpoint": endpoint("backchannel_authentication.authenticate"),
        "backchannel_token_delivery_modes_supported": list(DELIVERY_MODES),
        "backchannel_authentication_request_signing_alg_values_supported": verifying,
        "backchannel_user_code_parameter_supported": False,
        "userinfo_endpoint": endpoint("userinfo.userinfo"),
        "end_session_endpoint": endpoint("logout.logout"),
        "check_session_iframe": endpoint("check_session.check_session"),
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "jwks_uri": endpoint("jwks.jwks"),
        "revocation_endpoint": endpoint("revocation.revoke"),
        "revocation_endpoint_auth_methods_supported": list(methods),
        "revocation_endpoint_auth_signing_alg_values_supported": [*verifying, *by_secret],
        "introspection_endpoint": endpoint("introspection.introspect"),
        "introspection_endpoint_auth_methods_supported": [name for name in methods if name != PUBLIC],
        "introspection_endpoint_auth_signing_alg_values_supported": [*verifying, *by_secret],
        "introspection_signing_alg_values_supported": signing,
        "scopes_supported": [*OPENID_SCOPES, *custom],
        "response_types_supported": [
            each
            for each in server.response_types
            if profile.response_types is None or each in profile.response_types
        ],
        "response_modes_supported": list(RESPONSE_MODES),
        "grant_types_supported": _grant_types(services, profile),
        "subject_types_supported": list(SUBJECT_TYPES),
        "id_token_signing_alg_values_supported": [*signing, *by_secret],
        "id_token_encryption_alg_values_supported": list(ENCRYPTION_ALGORITHMS),
        "id_token_encryption_enc_values_supported": list(ENCRYPTIONS),
        "userinfo_signing_alg_values_supported": signing,
        "userinfo_encryption_alg_values_supported": list(ENCRYPTION_ALGORITHMS),
        "userinfo_encryption_enc_values_supported": list(ENCRYPTIONS),
        "authorization_signing_alg_values_supported": signing,
        "authorization_encryption_alg_values_supported": list(ENCRYPTION_ALGORITHMS),
        "authorization_encryption_enc_values_supported": list(ENCRYPTIONS),
        "token_endpoint_auth_methods_supported": list(methods),
        "token_endpoint_auth_signing_alg_values_supported": [*verifying, *by_secret],
        "acr_values_supported": list(reachable(is_https=services.settings.is_https)),
        "claims_supported": claims_supported(custom.values()),
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "request_uri_parameter_supported": True,
        "require_request_uri_registration": True,
        "require_signed_request_object": profile.requires_signed,
        "request_object_signing_alg_values_supported": verifying,
        "request_object_encryption_alg_values_supported": list(DECRYPTION_ALGORITHMS),
        "request_object_encryption_enc_values_supported": list(ENCRYPTIONS),
        "ui_locales_supported": list(SUPPORTED_LOCALES),
        "dpop_signing_alg_values_supported": verifying,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
    if types := services.authorization_types.all():
        document["authorization_details_types_supported"] = list(types)
    if services.settings.registration != "off":
        document["registration_endpoint"] = endpoint("registration.register")
    return document | _certificate_metadata(document, services)


def _grant_types(services: Services, profile: Profile) -> list[str]:
    """Return what clients may be registered for; the password grant is nobody's to find."""
    has_implicit = profile.response_types is None
    names = (*services.server.grant_types, *((IMPLICIT,) if has_implicit else ()))
    return [name for name in names if name != PASSWORD]


def claims_supported(custom: Iterable[CustomScope]) -> list[str]:
    """Return the names of all claims that may be told, those of an operator's scopes last."""
    own = (name for scope in custom for name in scope.claims)
    return list(dict.fromkeys((*PROTOCOL_CLAIMS, *STANDARD_CLAIMS, *own)))


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
