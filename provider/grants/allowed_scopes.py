"""What of an earlier approval a client may still ask for."""

from oauthlib.oauth2.rfc6749.errors import InvalidScopeError

from provider.grants.token_issue import TokenIssue
from validators.request import ProviderRequest
from validators.scopes import is_allowed


def keep_allowed_scopes(issue: TokenIssue, request: ProviderRequest) -> None:
    """A client that may no longer ask for a scope gets no new token for it.

    Raises:
        InvalidScopeError: nothing is left.
        InvalidTargetError: a resource of the grant is gone, or no longer for this client.
    """
    of_resources = issue.scopes_of_grant(request)
    allowed = [
        scope for scope in request.scopes or () if is_allowed([scope], request.known_client, of_resources)
    ]
    if not allowed and request.known_grant.authorization_details is None:
        raise InvalidScopeError(request=request)
    request.scopes = allowed
