"""The claims parameter (OpenID Connect Core §5.5)."""

import json
from typing import Any

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from validators.request import ProviderRequest

MEMBERS = ("userinfo", "id_token")


def check_claims(request: ProviderRequest) -> None:
    """An object whose members ask for claims; which of those the client gets is settled afterwards.

    Raises:
        InvalidRequestError: malformed.
    """
    text = request.parameters.get("claims")
    if text is None:
        return
    document = _read(text)
    if document is None:
        raise InvalidRequestError(description="Malformed claims.", request=request)
    request.claims = {member: document.get(member) or {} for member in MEMBERS}
    for asked in request.claims.values():
        subject = asked.get("sub") or {}
        if "value" in subject:
            request.claimed_subject = str(subject["value"])


def _read(text: str) -> dict[str, Any] | None:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not all(_is_request(document.get(name)) for name in MEMBERS):
        return None
    return document


def _is_request(member: Any) -> bool:
    if member is None:
        return True
    return isinstance(member, dict) and all(
        value is None or isinstance(value, dict) for value in member.values()
    )
