"""The refresh token grant (RFC 6749 §6, OpenID Connect Core §12)."""

from functools import partial

from oauthlib.oauth2 import RefreshTokenGrant as OAuthlibRefreshTokenGrant
from oauthlib.oauth2.rfc6749.errors import InvalidScopeError

from provider.grants.allowed_scopes import keep_allowed_scopes
from provider.grants.token_issue import TokenIssue
from validators.request import ProviderRequest
from validators.request_validator import ProviderRequestValidator
from validators.scopes import parse_scope


class RefreshTokenGrant(OAuthlibRefreshTokenGrant):
    """oauthlib's grant with an ID token, for what the client may still ask."""

    def __init__(self, validator: ProviderRequestValidator, issue: TokenIssue) -> None:
        super().__init__(validator)
        self.custom_validators.pre_token.append(check_scope)
        self.custom_validators.post_token.append(partial(keep_allowed_scopes, issue))
        self.custom_validators.post_token.append(issue.choose_target)
        self.register_token_modifier(issue.add_id_token)


def check_scope(request: ProviderRequest) -> None:
    """RFC 6749 §3.3: what narrows the grant is itself well formed.

    Raises:
        InvalidScopeError: it is not.
    """
    scopes = parse_scope(request.scope)
    if scopes is None:
        raise InvalidScopeError(request=request)
    request.scope = " ".join(scopes)
