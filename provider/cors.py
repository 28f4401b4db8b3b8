"""Which origins may read an answer from a script (DESIGN: none at the pages and at /authorize)."""

from flask import request
from werkzeug.wrappers import Response

from validators.client import Client
from validators.redirect_uris import origins

METHODS = "GET, POST, OPTIONS"
REQUEST_HEADERS = "Authorization, Content-Type, DPoP"
MAX_AGE_SECONDS = "600"


def allow_all(response: Response) -> Response:
    """Let every origin read ``response``; no cookie is looked at there."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate"
    return response


def allow_origins_of(client: Client | None, response: Response) -> Response:
    """Let the origins of a client's redirect URIs read ``response``, errors included."""
    response.headers["Vary"] = "Origin"
    origin = request.headers.get("Origin")
    if origin is not None and client is not None and origin in origins(client):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate"
    return response


def preflight() -> Response:
    """Answer a preflight: it names no client, so it is open; the real answer decides."""
    response = Response(status=204)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = METHODS
    response.headers["Access-Control-Allow-Headers"] = REQUEST_HEADERS
    response.headers["Access-Control-Max-Age"] = MAX_AGE_SECONDS
    return response
