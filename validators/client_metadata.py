"""Client metadata documents, checked and completed (RFC 7591 §2, OpenID Connect Registration §2)."""

from collections.abc import Mapping
from typing import Any

from validators.client import PUBLIC
from validators.json_document import json_problem
from validators.metadata_authentication import require_authentication
from validators.metadata_backchannel import GRANT_TYPE as CIBA
from validators.metadata_backchannel import require_backchannel
from validators.metadata_encryption import require_encryption
from validators.metadata_members import (
    AUTHORIZATION_CODE,
    CLIENT_CREDENTIALS,
    GRANT_TYPES,
    IMPLICIT,
    JWT_BEARER,
    PASSWORD,
    TOKEN_EXCHANGE,
    TRANSLATABLE,
    member_checks,
)
from validators.metadata_profile import require_profile
from validators.metadata_subjects import require_sector
from validators.metadata_uris import INVALID_REDIRECT_URI, RegisteredBy, is_loopback, origin
from validators.metadata_values import Check, InvalidClientMetadata, language_base
from validators.profiles import DEFAULT, LEGACY, PROFILES, effective

__all__ = ["InvalidClientMetadata", "read_client_metadata"]

PREFIX = "paper_"
MAX_DOCUMENT_BYTES = 65536

# Grant types that need no person at the provider, or that call one unasked: not for clients of strangers.
OPERATORS_GRANT_TYPES = (PASSWORD, CLIENT_CREDENTIALS, JWT_BEARER, TOKEN_EXCHANGE, CIBA)

# What a registration response adds to the metadata, and what proves the client: never part of it.
NOT_METADATA = frozenset(
    {
        "client_id",
        "client_secret",
        "client_id_issued_at",
        "client_secret_expires_at",
        "registration_access_token",
        "registration_client_uri",
        "paper_rules",
    }
)


def read_client_metadata(
    document: Mapping[str, Any], *, registered_by: RegisteredBy, floor: str = DEFAULT
) -> dict[str, Any]:
    """Return the metadata to store for a client: checked, in canonical form, with the defaults filled in.

    Members that nobody knows are kept. ``null`` and an empty scope count as left out. Members that belong to
    the registration response (``client_id``, ``client_secret``, …) are dropped.

    Args:
        document: the JSON object of RFC 7591 §2.
        registered_by: ``dynamic`` when anybody may have sent it (RFC 7591 §3): no ``paper_`` member, no
            password grant, no implicit web client on a loopback address.
        floor: the profile that every client has at least.

    Raises:
        InvalidClientMetadata: the first member that is wrong, and what is allowed.
    """
    given = {
        name: value
        for name, value in document.items()
        if value is not None and name not in NOT_METADATA and not (name == "scope" and _is_blank(value))
    }
    if problem := json_problem(given, max_bytes=MAX_DOCUMENT_BYTES):
        raise InvalidClientMetadata("document", problem)
    checks = member_checks(given, registered_by)
    metadata = {name: _checked(name, value, checks, registered_by) for name, value in given.items()}
    if registered_by == "operator" and "token_endpoint_auth_method" not in metadata:
        metadata.setdefault("paper_any_secret_method", True)
    _complete(metadata, floor)
    _require_consistent(metadata)
    require_profile(metadata, effective(metadata, floor))
    require_sector(metadata, is_dynamic=registered_by == "dynamic")
    if registered_by == "dynamic":
        _require_harmless(metadata)
        metadata["paper_introspect"] = False
    return metadata


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip(" ")


def _checked(name: str, value: Any, checks: Mapping[str, Check], registered_by: RegisteredBy) -> Any:
    check = checks.get(language_base(name, TRANSLATABLE) or name)
    if name.startswith(PREFIX) and (registered_by == "dynamic" or check is None):
        known = ", ".join(sorted(known for known in checks if known.startswith(PREFIX)))
        allowed = "may be set by the operator only" if check else f"is not known; known are {known}"
        raise InvalidClientMetadata(name, allowed)
    return check(name, value) if check else value


def _complete(metadata: dict[str, Any], floor: str) -> None:
    """Fill in the defaults; what is named decides over what is not (RFC 7591 §2.1)."""
    if "grant_types" not in metadata:
        needed = {grant for each in metadata.get("response_types", ()) for grant in _grants_of(each)}
        metadata["grant_types"] = [grant for grant in GRANT_TYPES if grant in needed] or [AUTHORIZATION_CODE]
    if "response_types" not in metadata:
        pairs = ((AUTHORIZATION_CODE, "code"), (IMPLICIT, "token"))
        metadata["response_types"] = [answer for grant, answer in pairs if grant in metadata["grant_types"]]
    if PASSWORD in metadata["grant_types"]:
        metadata.setdefault("paper_profile", LEGACY)
    metadata.setdefault("token_endpoint_auth_method", "client_secret_basic")
    metadata.setdefault("application_type", "web")
    metadata.setdefault("subject_type", "public")
    metadata.setdefault("id_token_signed_response_alg", effective(metadata, floor).id_token_alg)


def _grants_of(response_type: str) -> list[str]:
    """Return the grant types that a response type is part of (OpenID Connect Registration §2)."""
    words = response_type.split()
    grants = [AUTHORIZATION_CODE] if "code" in words else []
    return grants if words == ["code"] else [*grants, IMPLICIT]


def _require_consistent(metadata: Mapping[str, Any]) -> None:
    grant_types = metadata["grant_types"]
    for response_type in metadata["response_types"]:
        for grant in _grants_of(response_type):
            if grant not in grant_types:
                raise InvalidClientMetadata(
                    "grant_types", f"must include {grant} for the response type {response_type}"
                )
    if metadata["response_types"] and not metadata.get("redirect_uris"):
        raise InvalidClientMetadata(
            "redirect_uris",
            "must name at least one URI for a client with response types",
            error=INVALID_REDIRECT_URI,
        )
    if "jwks" in metadata and "jwks_uri" in metadata:
        raise InvalidClientMetadata("jwks", "must not be given together with jwks_uri")
    if PASSWORD in grant_types and not PROFILES[metadata["paper_profile"]].has_password_grant:
        raise InvalidClientMetadata("paper_profile", f"must be {LEGACY} for the grant type {PASSWORD}")
    require_authentication(metadata)
    require_encryption(metadata)
    require_backchannel(metadata)
    if metadata["token_endpoint_auth_method"] == PUBLIC:
        _require_public(metadata)
    _require_own_frontchannel(metadata)


def _require_public(metadata: Mapping[str, Any]) -> None:
    if "client_credentials" in metadata["grant_types"]:
        raise InvalidClientMetadata(
            "grant_types", "client_credentials is for clients that authenticate (RFC 6749 section 4.4)"
        )
    if TOKEN_EXCHANGE in metadata["grant_types"]:
        raise InvalidClientMetadata(
            "grant_types", "token-exchange is for clients that authenticate (RFC 8693 section 5)"
        )
    if metadata.get("paper_introspect"):
        raise InvalidClientMetadata("paper_introspect", "is for clients that authenticate")


def _require_own_frontchannel(metadata: Mapping[str, Any]) -> None:
    """The page to load at logout has the origin of a redirect URI (Front-Channel Logout §2)."""
    uri = metadata.get("frontchannel_logout_uri")
    if uri is not None and origin(uri) not in map(origin, metadata.get("redirect_uris", ())):
        raise InvalidClientMetadata(
            "frontchannel_logout_uri", "must have the scheme, host and port of one of redirect_uris"
        )


def _require_harmless(metadata: Mapping[str, Any]) -> None:
    """What a stranger may not register."""
    if PASSWORD in metadata["grant_types"]:
        raise InvalidClientMetadata("grant_types", f"{PASSWORD} may be set by the operator only")
    web_implicit = metadata["application_type"] == "web" and IMPLICIT in metadata["grant_types"]
    if web_implicit and any(is_loopback(uri) for uri in metadata.get("redirect_uris", ())):
        raise InvalidClientMetadata(
            "redirect_uris",
            "must use https for a web client with the implicit grant (OpenID Connect Registration section 2)",
            error=INVALID_REDIRECT_URI,
        )
