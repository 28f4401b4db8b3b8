"""POST /token (RFC 6749 §3.2)."""

from flask import Blueprint
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, OAuth2Error
from werkzeug.wrappers import Response

from provider import cors
from provider.bridge import json_response, read_form, token_request
from provider.errors import token_error
from provider.wiring import services
from validators.errors import InvalidTargetError
from validators.request import ProviderRequest

blueprint = Blueprint("token", __name__)


@blueprint.post("/token")
def issue_token() -> Response:
    """Exchange a grant for tokens; scripts of the client's own origins may read the answer."""
    request = token_request(read_form())
    try:
        response = answer(request)
    except OAuth2Error as error:
        response = token_error(error)
    return cors.allow_origins_of(request.client, response)


@blueprint.route("/token", methods=["OPTIONS"])
def preflight() -> Response:
    """Answer a CORS preflight."""
    return cors.preflight()


def answer(request: ProviderRequest) -> Response:
    """Return the tokens.

    Raises:
        OAuth2Error: RFC 6749 §5.2, RFC 8707 §2.2.
    """
    if request.problem is not None:
        raise InvalidRequestError(description=request.problem, request=request)
    if request.resources:
        raise InvalidTargetError(request=request)
    _, body, status = services().server.answer_token_request(request)
    return json_response(body, status)
