"""The CIBA grant: tokens for a person who has been asked at another device (CIBA Core §10.1, §11)."""

import json

from oauthlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidScopeError
from oauthlib.oauth2.rfc6749.grant_types.base import GrantTypeBase
from oauthlib.oauth2.rfc8628.errors import (
    AccessDenied,
    AuthorizationPendingError,
    ExpiredTokenError,
    SlowDownError,
)

from provider.grants.allowed_scopes import keep_allowed_scopes
from provider.grants.direct_grant import require_parameters
from provider.grants.token_issue import TokenHandler, TokenIssue
from validators.backchannel_requests import AUTH_REQ_ID, BackchannelRequests
from validators.device_codes import Poll
from validators.key_binding import refresh_confirmation
from validators.metadata_backchannel import GRANT_TYPE
from validators.request import ProviderRequest
from validators.request_validator import ProviderRequestValidator
from validators.scopes import OPENID, parse_scope

REFUSALS = {
    None: InvalidGrantError,
    Poll.PENDING: AuthorizationPendingError,
    Poll.SLOW_DOWN: SlowDownError,
    Poll.EXPIRED: ExpiredTokenError,
    Poll.DENIED: AccessDenied,
}


class CibaGrant(GrantTypeBase):
    """Trades an ``auth_req_id`` for tokens once its person has approved; for the scopes they have seen."""

    def __init__(
        self, validator: ProviderRequestValidator, issue: TokenIssue, requests: BackchannelRequests
    ) -> None:
        super().__init__(validator)
        self._validator = validator
        self._issue = issue
        self._requests = requests

    def validate_backchannel_request(self, request: ProviderRequest) -> None:
        """Settle what a client that has proven itself asks for (CIBA Core §7.1).

        Raises:
            OAuth2Error: RFC 6749 §5.2, RFC 8707 §2, RFC 9396 §5.
        """
        request.grant_type = GRANT_TYPE
        self.validate_grant_type(request)
        request.scopes = parse_scope(request.scope)
        if request.scopes is None or OPENID not in request.scopes:
            raise InvalidScopeError(description="The scope must hold openid.", request=request)
        self.validate_scopes(request)
        self._issue.details.ask(request)

    def create_token_response(
        self, request: ProviderRequest, token_handler: TokenHandler
    ) -> tuple[dict[str, str], str, int]:
        """Return headers, JSON body and status (CIBA Core §10.1.1).

        Raises:
            OAuth2Error: RFC 6749 §5.2, CIBA Core §11.
        """
        self.validate_token_request(request)
        token = dict(token_handler.create_token(request, refresh_token=True))
        token = self._issue.add_id_token(token, token_handler, request)
        bound = request.known_grant._replace(confirmation=refresh_confirmation(request))
        auth_req_id = request.parameters[AUTH_REQ_ID]
        if not self._requests.consume(auth_req_id, bound, expires_at=request.expires_at):
            raise InvalidGrantError(request=request)
        return {}, json.dumps(token), 200

    def validate_token_request(self, request: ProviderRequest) -> None:
        """Authenticate the client; find the approved request.

        Raises:
            OAuth2Error: RFC 6749 §5.2, CIBA Core §11.
        """
        self.validate_client_authentication(request)
        self.validate_grant_type(request)
        require_parameters(request, (AUTH_REQ_ID,))
        poll, request.grant = self._requests.poll(
            request.parameters[AUTH_REQ_ID], request.known_client.client_id
        )
        if request.grant is None:
            raise REFUSALS[poll](request=request)
        request.user, request.scopes = request.grant.user_id, request.grant.scopes
        self._validator.follow_client(request)
        keep_allowed_scopes(self._issue, request)
        self._issue.choose_target(request)
