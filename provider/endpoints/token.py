"""POST /token (RFC 6749 §3.2)."""

from flask import Blueprint
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError
from werkzeug.wrappers import Response

from provider import cors
from provider.bridge import json_response, read_form, token_request
from provider.metrics.recording import count_tokens
from provider.wiring import services

blueprint = Blueprint("token", __name__)


@blueprint.post("/token")
def issue_token() -> Response:
    """Exchange a grant for tokens.

    Raises:
        OAuth2Error: RFC 6749 §5.2, RFC 8707 §2.2.
    """
    request = token_request(read_form())
    cors.remember(request)
    if request.problem is not None:
        raise InvalidRequestError(description=request.problem, request=request)
    body = services().server.answer_token_request(request)
    count_tokens(request)
    return json_response(body, 200)
