"""The client credentials grant (RFC 6749 §4.4): a client acts for itself, and nothing is written."""

from oauthlib.oauth2 import ClientCredentialsGrant as OAuthlibClientCredentialsGrant
from oauthlib.oauth2.rfc6749.errors import InvalidScopeError

from provider.grants.token_issue import TokenIssue
from validators.request import ProviderRequest
from validators.request_validator import ProviderRequestValidator
from validators.scopes import OPENID_SCOPES, parse_scope


class ClientCredentialsGrant(OAuthlibClientCredentialsGrant):
    """oauthlib's grant, for the client's own scope values."""

    def __init__(self, validator: ProviderRequestValidator, issue: TokenIssue) -> None:
        super().__init__(validator)
        self.custom_validators.pre_token.append(check_scope)
        self.custom_validators.post_token.append(issue.choose_target)


def check_scope(request: ProviderRequest) -> None:
    """No person is there for OpenID Connect's scope values to speak of.

    Raises:
        InvalidScopeError: one of those, or malformed.
    """
    scopes = parse_scope(request.scope)
    if scopes is None or not set(scopes).isdisjoint(OPENID_SCOPES):
        raise InvalidScopeError(request=request)
    request.scopes = scopes
