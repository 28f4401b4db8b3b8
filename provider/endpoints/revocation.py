"""POST /revoke (RFC 7009)."""

from flask import Blueprint
from werkzeug.wrappers import Response

from provider import cors
from provider.bridge import json_response, read_form, token_request
from provider.client_request import prove_client, require_token
from provider.wiring import services

blueprint = Blueprint("revocation", __name__)


@blueprint.post("/revoke")
def revoke() -> Response:
    """End a token of the client; 200 whether or not there was anything to end (§2.2).

    Raises:
        OAuth2Error: §2.2.1.
        StoreUnavailable: nothing was ended, and so nothing is promised.
    """
    request = token_request(read_form())
    cors.remember(request)
    client = prove_client(request)
    services().token_revocation.revoke(require_token(request), client)
    return json_response("{}", 200)
