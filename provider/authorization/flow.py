"""One authorization request on its way, and the steps it takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oauthlib.oauth2.rfc6749.errors import InvalidRequestFatalError
from werkzeug.wrappers import Response

from provider.wiring import Services
from validators.metadata_members import canonical_response_type
from validators.request import AUTHORIZATION_PARAMETERS, ProviderRequest
from validators.waiting_requests import WaitingRequest


@dataclass(slots=True)
class AuthorizationFlow:
    """What the steps share.

    Attributes:
        services: the provider's objects.
        request: the parameters and what has been learnt of them.
        waiting: the stored row, when the request comes from one.
        id_token_subject: the ``sub`` of a good ``id_token_hint``.
    """

    services: Services
    request: ProviderRequest
    waiting: WaitingRequest | None = None
    id_token_subject: str | None = None


Step = Callable[[AuthorizationFlow], Response | None]


STORED = AUTHORIZATION_PARAMETERS.difference({"request_uri"})


def stored_form(request: ProviderRequest) -> dict[str, Any]:
    """Return what to store of a request so that it can be taken up again."""
    return {
        "parameters": {name: value for name, value in request.parameters.items() if name in STORED},
        "resources": list(request.resources),
        "problem": request.problem,
    }


def flow_of(services: Services, waiting: WaitingRequest) -> AuthorizationFlow:
    """Take a stored request up again; it is validated anew."""
    stored = waiting.parameters
    request = ProviderRequest(
        stored["parameters"], http_method="GET", resources=stored["resources"], problem=stored["problem"]
    )
    return AuthorizationFlow(services, request, waiting)


def validate(flow: AuthorizationFlow) -> None:
    """Have oauthlib check the request: client, redirect URI, then everything that may be redirected.

    Raises:
        FatalClientError: nobody may be redirected.
        OAuth2Error: the client may be told.
    """
    request = flow.request
    if request.refused & {"client_id", "redirect_uri"}:
        raise InvalidRequestFatalError(description=request.problem or "", request=request)
    if request.response_type is not None:
        request.response_type = canonical_response_type(request.response_type)
    flow.services.server.grant_for(request.response_type).validate_authorization_request(request)
