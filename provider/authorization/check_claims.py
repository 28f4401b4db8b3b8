"""The claims parameter (OpenID Connect Core §5.5)."""

import json
from typing import Any

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from validators.request import ProviderRequest

MEMBERS = ("userinfo", "id_token")


def check_claims(request: ProviderRequest) -> None:
    """An object whose ``userinfo`` and ``id_token`` are objects of null or an object for each claim."""
    text = request.parameters.get("claims")
    if text is None:
        return
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or not all(_is_request(document.get(name)) for name in MEMBERS):
        raise InvalidRequestError(description="Malformed claims.", request=request)
    request.claims = {name: document[name] for name in MEMBERS if document.get(name)}


def _is_request(member: Any) -> bool:
    if member is None:
        return True
    return isinstance(member, dict) and all(
        value is None or isinstance(value, dict) for value in member.values()
    )
