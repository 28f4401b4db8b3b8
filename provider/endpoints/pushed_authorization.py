"""POST /par: a client leaves its authorization request here before the browser comes (RFC 9126 §2)."""

import json

from flask import Blueprint, url_for
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError
from werkzeug.wrappers import Response

from provider import cors
from provider.authorization.flow import AuthorizationFlow, open_request_object, stored_form, validate
from provider.bridge import Parsed, json_response, read_form, token_request
from provider.client_request import prove_client
from provider.events import report
from provider.stored_request_limits import count_stored_request
from provider.wiring import services
from validators.client import Client
from validators.dpop import InvalidDpopProof
from validators.request import AUTHORIZATION_PARAMETERS, ProviderRequest

blueprint = Blueprint("pushed_authorization", __name__)


@blueprint.post("/par")
def push() -> Response:
    """Check a request as /authorize does, keep it, and return the one-time name it goes by (§2.2).

    Raises:
        OAuth2Error: RFC 9126 §2.3, RFC 6749 §5.2 and §4.1.2.1.
    """
    parsed, provider = read_form(), services()
    request = token_request(parsed)
    request.uri = own_address()
    cors.remember(request)
    client = prove_client(request)
    if "request_uri" in parsed.parameters:
        raise InvalidRequestError(description="A request_uri cannot be pushed.", request=request)
    flow = AuthorizationFlow(provider, _authorization_request(parsed, client.client_id))
    open_request_object(flow)
    if flow.request.object_error is not None:
        raise flow.request.object_error
    _bind(flow.request, _proven_key(request, client))
    validate(flow)
    count_stored_request(client.client_id)
    waiting = provider.waiting_requests.store(
        stored_form(flow.request),
        client_id=client.client_id,
        browser=None,
        lifetime_seconds=provider.settings.pushed_request_seconds,
    )
    report("authorization_request_pushed", client_id=client.client_id)
    body = {"request_uri": waiting.request_uri, "expires_in": provider.settings.pushed_request_seconds}
    return json_response(json.dumps(body), 201)


def own_address() -> str:
    """Return this endpoint's URL, which an assertion may be made out to (§2)."""
    settings = services().settings
    return settings.issuer + url_for("pushed_authorization.push").removeprefix(settings.path)


def _proven_key(request: ProviderRequest, client: Client) -> str | None:
    if request.dpop is None:
        return None
    return services().dpop_proofs.prove(request.dpop, client)


def _bind(request: ProviderRequest, jkt: str | None) -> None:
    """Bind the code to the key of the proof that came along (RFC 9449 §10.1)."""
    if jkt is None:
        return
    if request.parameters.get("dpop_jkt", jkt) != jkt:
        raise InvalidDpopProof(description="The DPoP proof is not of the key that dpop_jkt names.")
    request.parameters = {**request.parameters, "dpop_jkt": jkt}


def _authorization_request(parsed: Parsed, client_id: str) -> ProviderRequest:
    """Return what the client asks, without what it has proven itself by."""
    asked = {name: value for name, value in parsed.parameters.items() if name in AUTHORIZATION_PARAMETERS}
    request = ProviderRequest(
        {**asked, "client_id": client_id}, http_method="GET", resources=parsed.resources
    )
    request.is_pushed = True
    return request
