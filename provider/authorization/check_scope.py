"""The scope parameter."""

from oauthlib.oauth2.rfc6749.errors import InvalidScopeError

from validators.grants import OFFLINE_ACCESS
from validators.request import ProviderRequest
from validators.scopes import default_scopes, parse_scope


def check_scope(request: ProviderRequest) -> None:
    """RFC 6749 §3.3; ``offline_access`` is ignored where no refresh token can follow (Core §11)."""
    scopes = parse_scope(request.scope)
    if scopes is None:
        raise InvalidScopeError(description="Malformed scope.", request=request)
    if OFFLINE_ACCESS in scopes and "refresh_token" not in request.known_client.grant_types:
        scopes.remove(OFFLINE_ACCESS)
    request.scopes = scopes or default_scopes(request.known_client)
    if not request.scopes:
        raise InvalidScopeError(description="Missing scope.", request=request)
