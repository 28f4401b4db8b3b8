"""Which of the claims that were asked for a client may have, and how the person must be recognised."""

from collections.abc import Mapping
from typing import Any

from provider.authorization.check_claims import MEMBERS
from provider.wiring import Services
from validators.authentication_context import reachable
from validators.claim_languages import read_locales
from validators.errors import UnmetAuthenticationRequirements
from validators.request import ProviderRequest
from validators.scopes import is_allowed
from validators.user_claims import LOCALES, scope_of_claim

MAX_CONTEXTS = 20


def settle_claims(services: Services, request: ProviderRequest) -> None:
    """Keep of ``claims`` what the client may ask for; a claim is asked for as its scope is (§5.5).

    The person sees it on the consent page (``claim_scopes``). Of several scopes that release a claim one
    that the request already has counts first.

    Raises:
        UnmetAuthenticationRequirements: an essential ``acr`` that nobody can reach here (§5.5.1.1).
    """
    asked, request.claims = request.claims or {}, None
    _settle_context(services, request, [asked.get(member, {}).get("acr") or {} for member in MEMBERS])
    kept: dict[str, Any] = {}
    for member in MEMBERS:
        scopes = {name: _scope_of(services, request, name) for name in asked.get(member, {})}
        names = [name for name, scope in scopes.items() if scope is not None]
        if names:
            kept[member] = {name: asked[member][name] for name in names}
        request.claim_scopes += [scope for name in names if (scope := scopes[name]) is not None]
    request.claim_scopes = [
        scope for scope in dict.fromkeys(request.claim_scopes) if scope not in (request.scopes or ())
    ]
    if locales := read_locales(request.claims_locales):
        kept[LOCALES] = locales
    request.claims = kept or None


def _scope_of(services: Services, request: ProviderRequest, name: str) -> str | None:
    standard = scope_of_claim(name)
    candidates = services.custom_scopes.with_claim(name) if standard is None else [standard]
    granted = request.scopes or ()
    candidates.sort(key=lambda scope: scope not in granted)
    return next((scope for scope in candidates if is_allowed([scope], request.known_client)), None)


def _settle_context(services: Services, request: ProviderRequest, requests: list[Mapping[str, Any]]) -> None:
    """Learn which ``acr`` is wanted: by ``claims``, by ``acr_values``, or as the client is registered."""
    contexts = reachable(is_https=services.settings.is_https)
    for how in requests:
        values = _values(how)
        if how.get("essential") and values and not any(value in contexts for value in values):
            raise UnmetAuthenticationRequirements(request=request)
        request.acr_wanted += values
    request.acr_wanted += (request.acr_values or "").split(" ")[:MAX_CONTEXTS]
    request.acr_wanted += request.known_client.metadata.get("default_acr_values") or ()


def _values(how: Mapping[str, Any]) -> list[Any]:
    """Return what a request for ``acr`` names; a value that is no string is simply none that is reached."""
    if "value" in how:
        return [how["value"]]
    values = how.get("values")
    return values if isinstance(values, list) else []
