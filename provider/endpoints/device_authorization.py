"""POST /device_authorization: a device asks for its two codes (RFC 8628 §3.1)."""

import json
from typing import Any

from flask import Blueprint, url_for
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError
from werkzeug.wrappers import Response

from provider.bridge import json_response, read_form, token_request
from provider.events import report
from provider.stored_request_limits import count_stored_request
from provider.wiring import services
from validators.authorization_details import write_details
from validators.device_codes import GRANT_TYPE, INTERVAL_SECONDS
from validators.user_codes import show_user_code

blueprint = Blueprint("device_authorization", __name__)


@blueprint.post("/device_authorization")
def authorize_device() -> Response:
    """Return a device code, a user code, and where a person types the latter (RFC 8628 §3.2).

    Raises:
        OAuth2Error: RFC 6749 §5.2, RFC 8707 §2.
    """
    request = token_request(read_form())
    if request.problem is not None:
        raise InvalidRequestError(description=request.problem, request=request)
    provider = services()
    provider.server.grant_types[GRANT_TYPE].validate_device_authorization_request(request)
    client_id = request.known_client.client_id
    count_stored_request(client_id)
    device_code, user_code = provider.device_codes.begin(
        client_id=client_id,
        scope=" ".join(request.scopes or ()),
        resource=" ".join(sorted(set(request.resources))),
        authorization_details=write_details(request.details),
    )
    report("device_authorization_begun", client_id=client_id)
    shown = show_user_code(user_code)
    body = {
        "device_code": device_code,
        "user_code": shown,
        "verification_uri": _address(),
        "verification_uri_complete": _address(user_code=shown),
        "expires_in": provider.device_codes.lifetime_seconds,
        "interval": INTERVAL_SECONDS,
    }
    return json_response(json.dumps(body), 200)


def _address(**values: Any) -> str:
    settings = services().settings
    return settings.issuer + url_for("device.device", **values).removeprefix(settings.path)
