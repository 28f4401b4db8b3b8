"""The implicit grant (RFC 6749 §4.2, OpenID Connect Core §3.2): tokens, and no code."""

from oauthlib.oauth2 import ImplicitGrant as OAuthlibImplicitGrant

from provider.authorization.checks import run_checks
from provider.grants.token_issue import TokenIssue
from validators.request_validator import ProviderRequestValidator

RESPONSE_TYPES = ("token", "id_token", "id_token token")


class ImplicitGrant(OAuthlibImplicitGrant):
    """oauthlib's checks and ours; what is sent is made by ``front_channel``."""

    response_types = ["id_token", "token"]  # noqa: RUF012 - oauthlib's: the words that a type may hold

    def __init__(self, validator: ProviderRequestValidator, issue: TokenIssue) -> None:
        super().__init__(validator)
        self.custom_validators.pre_auth.append(run_checks)
        self.custom_validators.post_auth.append(issue.choose_target_at_once)
