"""Metadata that the profile of its client rules out."""

from collections.abc import Iterable, Mapping
from typing import Any

from validators.metadata_values import InvalidClientMetadata
from validators.profiles import Profile

ALGORITHM_MEMBERS = (
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "authorization_signed_response_alg",
    "introspection_signed_response_alg",
    "request_object_signing_alg",
    "backchannel_authentication_request_signing_alg",
    "token_endpoint_auth_signing_alg",
)


def require_profile(metadata: Mapping[str, Any], profile: Profile) -> None:
    """Refuse a document that could not be lived by.

    Raises:
        InvalidClientMetadata: the first member, and the rule that refuses it.
    """
    _within(
        "token_endpoint_auth_method", [metadata["token_endpoint_auth_method"]], profile.auth_methods, profile
    )
    _within("response_types", metadata["response_types"], profile.response_types, profile)
    for member in ALGORITHM_MEMBERS:
        if member in metadata:
            _within(member, [metadata[member]], profile.algorithms, profile)


def _within(member: str, values: Iterable[str], allowed: tuple[str, ...] | None, profile: Profile) -> None:
    if allowed is None:
        return
    for value in values:
        if value not in allowed:
            known = ", ".join(allowed)
            raise InvalidClientMetadata(member, f"may be, in the profile {profile.name}, one of: {known}")
