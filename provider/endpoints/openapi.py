"""GET /openapi.json: every endpoint for tools, as OpenAPI 3.1 describes them."""

from flask import Blueprint
from werkzeug.wrappers import Response

from provider.documents import document_response
from provider.openapi import openapi_document
from provider.wiring import services

MAX_AGE_SECONDS = 300

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Return what is switched on, endpoint by endpoint."""
    return document_response(openapi_document(services()), max_age=MAX_AGE_SECONDS)
