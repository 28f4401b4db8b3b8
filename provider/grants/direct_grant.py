"""What the grants have in common that begin at the token endpoint, with a person who is not there."""

import json
from abc import ABC, abstractmethod
from typing import Any

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, InvalidScopeError
from oauthlib.oauth2.rfc6749.grant_types.base import GrantTypeBase

from provider.grants.token_issue import TokenHandler, TokenIssue
from validators.authorization_details import write_details
from validators.direct_grants import DirectGrants
from validators.grants import GrantRecord
from validators.key_binding import refresh_confirmation
from validators.request import ProviderRequest
from validators.request_validator import ProviderRequestValidator
from validators.scopes import parse_scope


class DirectGrant(GrantTypeBase, ABC):
    """Settles who the client is and what it may ask before it looks at what proves the person.

    oauthlib's order would tell a client without the grant type whether a password is right.
    """

    required: tuple[str, ...] = ()
    """The parameters without which nothing is looked at."""

    def __init__(
        self, validator: ProviderRequestValidator, issue: TokenIssue, direct_grants: DirectGrants
    ) -> None:
        super().__init__(validator)
        self.validator = validator
        self.issue = issue
        self.direct_grants = direct_grants

    def create_token_response(
        self, request: ProviderRequest, token_handler: TokenHandler
    ) -> tuple[dict[str, str], str, int]:
        """Return headers, JSON body and status (RFC 6749 §5.1).

        Raises:
            OAuth2Error: RFC 6749 §5.2, RFC 8707 §2.2.
        """
        self.validate_token_request(request)
        return {}, json.dumps(self.answer(request, token_handler)), 200

    def validate_token_request(self, request: ProviderRequest) -> None:
        """Authenticate the client; check grant type, scope and resource.

        Raises:
            OAuth2Error: RFC 6749 §5.2, RFC 8707 §2.2.
        """
        require_parameters(request, self.required)
        self.validate_client_authentication(request)
        self.validate_grant_type(request)
        self.validator.require_current_client(request)
        request.scopes = parse_scope(request.scope)
        if request.scopes is None:
            raise InvalidScopeError(request=request)
        self.validate_scopes(request)
        self.issue.choose_target(request)

    @abstractmethod
    def answer(self, request: ProviderRequest, token_handler: TokenHandler) -> dict[str, Any]:
        """Return the members of the token response, once the person is proven.

        Raises:
            OAuth2Error: RFC 6749 §5.2.
        """

    def new_grant(
        self, request: ProviderRequest, user_id: str, auth_time: int | None = None, amr: str | None = None
    ) -> GrantRecord:
        """Return a grant for the scope and the resource of a request, yet to be stored."""
        grant = self.direct_grants.new(
            client_id=request.known_client.client_id,
            user_id=user_id,
            scope=" ".join(request.scopes or ()),
            resource=" ".join(request.resources),
            auth_time=auth_time,
            amr=amr,
        )
        return grant._replace(
            confirmation=refresh_confirmation(request), authorization_details=write_details(request.details)
        )


def require_parameters(request: ProviderRequest, names: tuple[str, ...]) -> None:
    """Refuse a request that lacks one of ``names``.

    Raises:
        InvalidRequestError: it does.
    """
    for name in names:
        if name not in request.parameters:
            raise InvalidRequestError(description=f"Missing {name}.", request=request)
