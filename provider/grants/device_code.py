"""The device code grant (RFC 8628 §3.4)."""

import json

from oauthlib.oauth2 import DeviceCodeGrant as OAuthlibDeviceCodeGrant
from oauthlib.oauth2.rfc6749.errors import InvalidScopeError

from provider.grants.allowed_scopes import keep_allowed_scopes
from provider.grants.token_issue import TokenHandler, TokenIssue
from validators.device_codes import GRANT_TYPE
from validators.request import ProviderRequest
from validators.request_validator import ProviderRequestValidator
from validators.scopes import parse_scope


class DeviceCodeGrant(OAuthlibDeviceCodeGrant):
    """oauthlib's grant with an ID token; the scopes are those that the person has approved."""

    def __init__(self, validator: ProviderRequestValidator, issue: TokenIssue) -> None:
        super().__init__(validator)
        self._validator = validator
        self._issue = issue
        self.custom_validators.post_token.append(issue.choose_target)

    def validate_device_authorization_request(self, request: ProviderRequest) -> None:
        """Prove the client as at the token endpoint; settle what it asks for (RFC 8628 §3.1).

        Raises:
            OAuth2Error: RFC 6749 §5.2, RFC 8707 §2, RFC 9396 §5.
        """
        request.grant_type = GRANT_TYPE
        self.validate_client_authentication(request)
        self.validate_grant_type(request)
        request.scopes = parse_scope(request.scope)
        if request.scopes is None:
            raise InvalidScopeError(request=request)
        super().validate_scopes(request)
        self._issue.details.ask(request)

    def validate_scopes(self, request: ProviderRequest) -> None:
        """See ``keep_allowed_scopes``; a device names none here (RFC 8628 §3.4)."""
        keep_allowed_scopes(self._issue, request)

    def create_token_response(
        self, request: ProviderRequest, token_handler: TokenHandler
    ) -> tuple[dict[str, str], str, int]:
        """Return headers, JSON body and status; oauthlib's own has no ID token.

        Raises:
            OAuth2Error: RFC 6749 §5.2, RFC 8628 §3.5.
        """
        self.validate_token_request(request)
        token = dict(token_handler.create_token(request, self.refresh_token))
        token = self._issue.add_id_token(token, token_handler, request)
        self._validator.save_token(token, request)
        return self._get_default_headers(), json.dumps(token), 200
