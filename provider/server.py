"""oauthlib's server with our grants: the only place that knows which exist."""

from typing import Any

from oauthlib.oauth2 import WebApplicationServer
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, UnsupportedGrantTypeError

from provider.grants.authorization_code import AuthorizationCodeGrant
from provider.grants.refresh_token import RefreshTokenGrant
from provider.grants.token_issue import TokenHandler, TokenIssue
from validators.request import ProviderRequest
from validators.request_validator import ProviderRequestValidator


class ProviderServer(WebApplicationServer):
    """Sends a parsed request to the grant that answers it."""

    def __init__(self, validator: ProviderRequestValidator, issue: TokenIssue) -> None:
        super().__init__(validator)
        self._default_token_type = TokenHandler(validator, issue)
        code = AuthorizationCodeGrant(validator, issue)
        self.response_types.clear()
        self.response_types.update({"code": code})
        self.grant_types.clear()
        self.grant_types.update(
            {"authorization_code": code, "refresh_token": RefreshTokenGrant(validator, issue)}
        )

    def answer_token_request(self, request: ProviderRequest) -> tuple[dict[str, str], str, int]:
        """Return headers, JSON body and status of a token request (RFC 6749 §5).

        Raises:
            OAuth2Error: what oauthlib leaves to its caller.
        """
        if request.grant_type is None:
            raise InvalidRequestError(description="Missing grant_type.", request=request)
        grant: Any = self.grant_types.get(request.grant_type)
        if grant is None:
            raise UnsupportedGrantTypeError(request=request)
        headers, body, status = grant.create_token_response(request, self.default_token_type)
        return headers, body, status

    def grant_for(self, response_type: str | None) -> Any:
        """Return the grant that validates an authorization request; unknown types are refused there."""
        return self.response_types.get(response_type or "", self.response_types["code"])
