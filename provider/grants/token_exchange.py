"""Token exchange (RFC 8693)."""

import json

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, InvalidScopeError
from oauthlib.oauth2.rfc6749.grant_types.base import GrantTypeBase

from provider.grants.direct_grant import require_parameters
from provider.grants.token_issue import TokenHandler
from validators.authorization_details import AUTHORIZATION_DETAILS
from validators.errors import InvalidAuthorizationDetails
from validators.key_binding import require_binding, token_type
from validators.request import ProviderRequest
from validators.request_validator import ProviderRequestValidator
from validators.scopes import parse_scope
from validators.subject_tokens import ACCESS_TOKEN, JWT, TOKEN_TYPES
from validators.token_exchange import ExchangeRequest, Presented, TokenExchange

REQUESTED_TYPES = (ACCESS_TOKEN, JWT)


class TokenExchangeGrant(GrantTypeBase):
    """Trades a token for another one, of the same person or client, with less to it."""

    def __init__(self, validator: ProviderRequestValidator, exchange: TokenExchange) -> None:
        super().__init__(validator)
        self._validator = validator
        self._exchange = exchange

    def create_token_response(
        self, request: ProviderRequest, token_handler: TokenHandler
    ) -> tuple[dict[str, str], str, int]:
        """Return headers, JSON body and status (RFC 8693 §2.2.1); there is never a refresh token.

        Raises:
            OAuth2Error: RFC 8693 §2.2.2, RFC 9396 §5.
        """
        require_parameters(request, ("subject_token", "subject_token_type"))
        self.validate_client_confidential(request)
        self.validate_grant_type(request)
        self._validator.require_current_client(request)
        require_binding(request)
        if AUTHORIZATION_DETAILS in request.parameters:
            raise InvalidAuthorizationDetails("An exchanged token has those of its subject_token.")
        requested_type = _requested_type(request)
        token = self._exchange.exchange(_asked(request, requested_type), request.known_client)
        answer = {
            "access_token": token.access_token,
            "issued_token_type": requested_type,
            "token_type": token_type(request.confirmation),
            "expires_in": token.expires_in,
            "scope": " ".join(token.scopes),
        }
        if token.details is not None:
            answer[AUTHORIZATION_DETAILS] = token.details
        return {}, json.dumps(answer), 200


def _requested_type(request: ProviderRequest) -> str:
    requested = request.parameters.get("requested_token_type", ACCESS_TOKEN)
    if requested not in REQUESTED_TYPES:
        raise InvalidRequestError(description="The requested_token_type is not supported.", request=request)
    return requested


def _asked(request: ProviderRequest, requested_type: str) -> ExchangeRequest:
    subject = _presented(request, "subject_token")
    if subject is None:
        raise InvalidRequestError(description="Missing subject_token.", request=request)
    scopes = parse_scope(request.scope)
    if scopes is None:
        raise InvalidScopeError(request=request)
    return ExchangeRequest(
        subject=subject,
        actor=_presented(request, "actor_token"),
        targets=tuple(dict.fromkeys((*request.resources, *request.audiences))),
        scopes=scopes,
        must_be_jwt=requested_type == JWT,
        confirmation=request.confirmation,
    )


def _presented(request: ProviderRequest, name: str) -> Presented | None:
    """Return a token with its type; each needs the other (RFC 8693 §2.1)."""
    token, token_type = request.parameters.get(name), request.parameters.get(f"{name}_type")
    if token is None and token_type is None:
        return None
    if token is None or token_type is None:
        raise InvalidRequestError(description=f"{name} and {name}_type belong together.", request=request)
    if token_type not in TOKEN_TYPES:
        raise InvalidRequestError(description=f"The {name}_type is not supported.", request=request)
    return Presented(token, token_type)
