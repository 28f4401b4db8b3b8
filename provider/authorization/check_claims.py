"""The claims parameter (OpenID Connect Core §5.5)."""

from typing import Any

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from validators.json_document import json_problem, read_json_object
from validators.request import ProviderRequest

MAX_BYTES = 64 * 1024
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
    """Return the object; ``None`` for what is none, and for what could not be kept and read again."""
    try:
        document = read_json_object(text.encode())
    except ValueError:
        return None
    is_sound = json_problem(document, max_bytes=MAX_BYTES) is None
    return document if is_sound and all(_is_request(document.get(name)) for name in MEMBERS) else None


def _is_request(member: Any) -> bool:
    if member is None:
        return True
    return isinstance(member, dict) and all(
        value is None or isinstance(value, dict) for value in member.values()
    )
