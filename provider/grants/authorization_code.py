"""The authorization code grant (RFC 6749 §4.1, OpenID Connect Core §3.1)."""

from oauthlib.oauth2 import AuthorizationCodeGrant as OAuthlibAuthorizationCodeGrant

from provider.authorization.checks import run_checks
from provider.grants.token_issue import TokenIssue
from validators.pkce import verifies
from validators.request_validator import ProviderRequestValidator


class AuthorizationCodeGrant(OAuthlibAuthorizationCodeGrant):
    """oauthlib's grant with our checks and an ID token; the code itself is made where the grant is."""

    _code_challenge_methods = {"S256": verifies}  # noqa: RUF012 - oauthlib's; there is no ``plain``

    def __init__(self, validator: ProviderRequestValidator, issue: TokenIssue) -> None:
        super().__init__(validator)
        self.custom_validators.pre_auth.append(run_checks)
        self.custom_validators.post_token.append(issue.choose_target)
        self.register_token_modifier(issue.add_id_token)
