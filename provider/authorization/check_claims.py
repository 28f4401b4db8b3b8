"""The claims parameter (OpenID Connect Core §5.5)."""

import json
from typing import Any

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from validators.errors import UnmetAuthenticationRequirements
from validators.request import ProviderRequest
from validators.scopes import is_allowed
from validators.user_claims import scope_of_claim

MEMBERS = ("userinfo", "id_token")


def check_claims(request: ProviderRequest) -> None:
    """An object whose members ask for claims; those of a scope that the client may not ask for are dropped.

    A claim is asked for as its scope is: the person sees it on the consent page (``claim_scopes``).

    Raises:
        InvalidRequestError: malformed.
        UnmetAuthenticationRequirements: an essential ``acr`` that nobody can reach here (§5.5.1.1).
    """
    text = request.parameters.get("claims")
    if text is None:
        return
    document = _read(text)
    if document is None:
        raise InvalidRequestError(description="Malformed claims.", request=request)
    request.claims = {}
    scopes: list[str] = []
    for member in MEMBERS:
        asked = document.get(member) or {}
        _check_authentication(request, asked)
        released = {name: scope for name in asked if (scope := scope_of_claim(name)) is not None}
        allowed = [name for name, scope in released.items() if is_allowed([scope], request.known_client)]
        if allowed:
            request.claims[member] = {name: asked[name] for name in allowed}
        scopes += [released[name] for name in allowed]
    request.claim_scopes = [scope for scope in dict.fromkeys(scopes) if scope not in (request.scopes or ())]


def _check_authentication(request: ProviderRequest, asked: dict[str, Any]) -> None:
    """Heed the claims that ask for a person (``sub``) or for a way to sign in (``acr``)."""
    subject = asked.get("sub") or {}
    if "value" in subject:
        request.claimed_subject = str(subject["value"])
    acr = asked.get("acr") or {}
    if acr.get("essential") and (acr.get("value") or acr.get("values")):
        raise UnmetAuthenticationRequirements(request=request)


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
