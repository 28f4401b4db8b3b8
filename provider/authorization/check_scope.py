"""The scope parameter."""

from oauthlib.oauth2.rfc6749.errors import InvalidScopeError

from validators.grants import OFFLINE_ACCESS
from validators.request import ProviderRequest
from validators.scopes import parse_scope


def check_scope(request: ProviderRequest) -> None:
    """RFC 6749 §3.3; ``offline_access`` is ignored where no refresh token can follow (Core §11).

    One follows only a code, and only for a client that may refresh.
    """
    scopes = parse_scope(request.scope)
    if scopes is None:
        raise InvalidScopeError(description="Malformed scope.", request=request)
    can_refresh = "code" in request.response_words and "refresh_token" in request.known_client.grant_types
    if OFFLINE_ACCESS in scopes and not can_refresh:
        scopes.remove(OFFLINE_ACCESS)
    request.scopes = scopes
    request.scope = " ".join(scopes) or None  # where nothing is left, the default counts
