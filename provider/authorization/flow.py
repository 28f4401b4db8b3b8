"""One authorization request on its way, and the steps it takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from oauthlib.oauth2.rfc6749.errors import InvalidRequestFatalError, OAuth2Error
from werkzeug.wrappers import Response

from provider.authorization.asked_claims import settle_claims
from provider.client_wiring import request_objects
from provider.wiring import Services
from validators.metadata_members import canonical_response_type
from validators.request import AUTHORIZATION_PARAMETERS, ProviderRequest
from validators.request_objects import REFERENCES
from validators.waiting_requests import WaitingRequest


@dataclass(slots=True)
class AuthorizationFlow:
    """What the steps share.

    Attributes:
        services: the provider's objects.
        request: the parameters and what has been learnt of them.
        waiting: the stored row, when the request comes from one.
        hinted: the client and the ``sub`` of a good ``id_token_hint``.
    """

    services: Services
    request: ProviderRequest
    waiting: WaitingRequest | None = None
    hinted: tuple[str, str] | None = None


Step = Callable[[AuthorizationFlow], Response | None]


STORED = AUTHORIZATION_PARAMETERS.difference({"request_uri"})


def stored_form(request: ProviderRequest) -> dict[str, Any]:
    """Return what to store of a request so that it can be taken up again."""
    return {
        "parameters": {name: value for name, value in request.parameters.items() if name in STORED},
        "resources": list(request.resources),
        "is_signed": request.is_signed,
        "is_pushed": request.is_pushed,
        "problem": request.problem,
    }


def flow_of(services: Services, waiting: WaitingRequest) -> AuthorizationFlow:
    """Take a stored request up again; it is validated anew."""
    stored = waiting.parameters
    request = ProviderRequest(
        stored["parameters"], http_method="GET", resources=stored["resources"], problem=stored["problem"]
    )
    request.is_signed = stored.get("is_signed", False)
    request.is_pushed = stored.get("is_pushed", False)
    return AuthorizationFlow(services, request, waiting)


def open_request_object(flow: AuthorizationFlow) -> None:
    """Put what the client has signed in the place of what was sent.

    Where that fails the client is told, once what was sent beside it has said where it is (RFC 9101 §7).
    """
    sent = flow.request
    if sent.parameters.keys().isdisjoint(REFERENCES):
        return
    clients, client_id = flow.services.clients, sent.client_id or ""
    client = clients.get(client_id)
    if client is None:
        return
    try:
        opened = request_objects(flow.services).open(sent.parameters, client)
    except OAuth2Error as error:
        fresh = clients.fresh(client_id, client.version)  # refuse nobody on what was true a while ago
        if fresh is None or fresh.version == client.version:
            sent.object_error = error
            return
        opened = request_objects(flow.services).open(sent.parameters, fresh)
    flow.request = ProviderRequest(opened.parameters, http_method="GET", resources=opened.resources)
    flow.request.is_signed = True
    flow.request.is_pushed = sent.is_pushed


def validate(flow: AuthorizationFlow) -> None:
    """Have oauthlib check the request: client, redirect URI, then everything that may be redirected.

    Raises:
        FatalClientError: nobody may be redirected.
        OAuth2Error: the client may be told.
    """
    if not flow.request.is_pushed:
        open_request_object(flow)
    request = flow.request
    request.must_be_pushed = flow.services.settings.require_pushed_requests == "yes"
    if request.refused & {"client_id", "redirect_uri"}:
        raise InvalidRequestFatalError(description=request.problem or "", request=request)
    if request.response_type is not None:
        request.response_type = canonical_response_type(request.response_type)
    flow.services.server.grant_for(request.response_type).validate_authorization_request(request)
    settle_claims(flow.services, request)
    flow.services.requested_details.ask(request, is_person_asked=not request.known_client.skips_consent)
