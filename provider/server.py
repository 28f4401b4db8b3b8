"""oauthlib's server with our grants: the only place that knows which exist."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from oauthlib.oauth2 import WebApplicationServer
from oauthlib.oauth2.rfc6749.errors import (
    CustomOAuth2Error,
    InvalidRequestError,
    UnsupportedGrantTypeError,
)

from provider.grants.authorization_code import AuthorizationCodeGrant
from provider.grants.client_credentials import ClientCredentialsGrant
from provider.grants.device_code import DeviceCodeGrant
from provider.grants.hybrid import RESPONSE_TYPES as HYBRID_TYPES
from provider.grants.hybrid import HybridGrant
from provider.grants.implicit import RESPONSE_TYPES as IMPLICIT_TYPES
from provider.grants.implicit import ImplicitGrant
from provider.grants.refresh_token import RefreshTokenGrant
from provider.grants.token_issue import TokenHandler, TokenIssue
from validators.device_codes import GRANT_TYPE as DEVICE_CODE
from validators.request import ProviderRequest
from validators.request_validator import ProviderRequestValidator


class ProviderServer(WebApplicationServer):
    """Sends a parsed request to the grant that answers it.

    Args:
        validator: answers oauthlib's questions.
        issue: makes tokens.
        direct_grants: by grant type, those that begin at the token endpoint; see ``grant_wiring.py``.
    """

    def __init__(
        self,
        validator: ProviderRequestValidator,
        issue: TokenIssue,
        direct_grants: Mapping[str, Any],
    ) -> None:
        super().__init__(validator)
        self._default_token_type = TokenHandler(validator, issue)
        code = AuthorizationCodeGrant(validator, issue)
        self.response_types.clear()
        self.response_types.update(
            {
                "code": code,
                **dict.fromkeys(IMPLICIT_TYPES, ImplicitGrant(validator, issue)),
                **dict.fromkeys(HYBRID_TYPES, HybridGrant(validator, issue)),
            }
        )
        self.grant_types.clear()
        self.grant_types.update(
            {
                "authorization_code": code,
                "refresh_token": RefreshTokenGrant(validator, issue),
                "client_credentials": ClientCredentialsGrant(validator, issue),
                DEVICE_CODE: DeviceCodeGrant(validator, issue),
                **direct_grants,
            }
        )

    def answer_token_request(self, request: ProviderRequest) -> str:
        """Return the JSON body of a successful token response (RFC 6749 §5.1).

        Raises:
            OAuth2Error: of any kind; where oauthlib has made an answer of it, with a Bearer challenge and
                the request's state in it, it becomes an error again.
        """
        if request.grant_type is None:
            raise InvalidRequestError(description="Missing grant_type.", request=request)
        grant: Any = self.grant_types.get(request.grant_type)
        if grant is None:
            raise UnsupportedGrantTypeError(request=request)
        _, body, status = grant.create_token_response(request, self.default_token_type)
        if status != HTTPStatus.OK:
            said = json.loads(body)
            raise CustomOAuth2Error(
                said["error"], description=said.get("error_description", ""), status_code=status
            )
        return str(body)

    def grant_for(self, response_type: str | None) -> Any:
        """Return the grant that validates an authorization request; unknown types are refused there."""
        return self.response_types.get(response_type or "", self.response_types["code"])
