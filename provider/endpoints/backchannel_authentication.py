"""POST /bc-authorize: a client asks for a person who is not at a browser of its own (CIBA Core §7)."""

import json

from flask import Blueprint
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from provider.backchannel_wiring import PATH, backchannel_request_objects
from provider.bridge import Parsed, json_response, read_form, token_request
from provider.client_request import prove_client
from provider.events import report
from provider.limits import Limit
from provider.stored_request_limits import count_stored_request
from provider.wiring import services
from validators.authorization_details import write_details
from validators.backchannel_parameters import PARAMETERS, read_backchannel_parameters
from validators.client import Client
from validators.device_codes import INTERVAL_SECONDS
from validators.metadata_backchannel import GRANT_TYPE
from validators.request import ProviderRequest

TO_ONE_PERSON = Limit("backchannel_requests", 20, 600)
"""How often one client may call for one person, who sees each of its requests."""

blueprint = Blueprint("backchannel_authentication", __name__)


@blueprint.post(PATH)
def authenticate() -> Response:
    """Check a request, keep it for the person it names, and return what to ask for the tokens with (§7.3).

    Raises:
        OAuth2Error: CIBA Core §13, RFC 6749 §5.2, RFC 8707 §2.
        TooManyRequests: for this person, or from this network.
    """
    parsed, provider = read_form(), services()
    proven = token_request(parsed)
    proven.uri = provider.settings.issuer + PATH
    client = prove_client(proven)
    request = _asked(parsed, client)
    provider.server.grant_types[GRANT_TYPE].validate_backchannel_request(request)
    client = request.known_client
    asked = read_backchannel_parameters(request.parameters, client)
    count_stored_request(client.client_id)
    user_id = provider.backchannel_people.find(asked.hint, client)
    _count_call(client.client_id, user_id)
    auth_req_id = provider.backchannel_requests.begin(
        asked,
        client_id=client.client_id,
        user_id=user_id,
        scope=" ".join(request.scopes or ()),
        resource=" ".join(sorted(set(request.resources))),
        authorization_details=write_details(request.details),
    )
    report("backchannel_request_begun", client_id=client.client_id, user_id=user_id)
    body = {
        "auth_req_id": auth_req_id,
        "expires_in": asked.lifetime_seconds,
        "interval": INTERVAL_SECONDS,
    }
    return json_response(json.dumps(body), 200)


def _asked(parsed: Parsed, client: Client) -> ProviderRequest:
    """Return what the client asks, without what it has proven itself by."""
    asked = {name: value for name, value in parsed.parameters.items() if name in PARAMETERS}
    resources = parsed.resources
    objects = backchannel_request_objects(services())
    if "request" in parsed.parameters:
        if asked:
            raise InvalidRequestError(description="Put every parameter into the request object, or none.")
        signed = objects.open(parsed.parameters["request"], client)
        named = signed.pop("resource", [])
        resources = [named] if isinstance(named, str) else named
        asked = {name: str(value) for name, value in signed.items() if value}
    elif objects.is_required_of(client):
        raise InvalidRequestError(description="This client must sign its requests (CIBA section 7.1.1).")
    request = ProviderRequest({**asked, "client_id": client.client_id}, resources=resources)
    request.client = client
    return request


def _count_call(client_id: str, user_id: str) -> None:
    if services().limits.is_known_to_be_over(TO_ONE_PERSON, f"{client_id} {user_id}"):
        report("backchannel_requests_limited", client_id=client_id, user_id=user_id)
        raise TooManyRequests("This person has been asked for too often.", retry_after=TO_ONE_PERSON.seconds)
