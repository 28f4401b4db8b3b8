"""The hybrid flow (OpenID Connect Core §3.3): a code, and beside it an ID token, an access token or both."""

from provider.grants.authorization_code import AuthorizationCodeGrant
from provider.grants.token_issue import TokenIssue
from validators.request_validator import ProviderRequestValidator

RESPONSE_TYPES = ("code id_token", "code token", "code id_token token")


class HybridGrant(AuthorizationCodeGrant):
    """The code grant's checks, and those of the access token that comes at once."""

    def __init__(self, validator: ProviderRequestValidator, issue: TokenIssue) -> None:
        super().__init__(validator, issue)
        self.custom_validators.post_auth.append(issue.choose_target_at_once)
