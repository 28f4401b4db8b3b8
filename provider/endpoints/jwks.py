"""GET /jwks (RFC 7517 §5)."""

from flask import Blueprint
from werkzeug.wrappers import Response

from provider.documents import document_response
from provider.wiring import services

blueprint = Blueprint("jwks", __name__)


@blueprint.get("/jwks")
def jwks() -> Response:
    """Return the public signing keys: those that sign, that will, and that have signed what still lives."""
    provider = services()
    return document_response(
        {"keys": provider.key_ring.published()}, max_age=provider.settings.jwks_cache_seconds
    )
