"""GET /jwks (RFC 7517 §5)."""

from flask import Blueprint
from werkzeug.wrappers import Response

from provider.documents import document_response
from provider.wiring import services

blueprint = Blueprint("jwks", __name__)


@blueprint.get("/jwks")
def jwks() -> Response:
    """Return the public keys: of signatures that live or are to come, and to encrypt requests with."""
    provider = services()
    keys = [*provider.key_ring.published(), *provider.decryption_keys.published()]
    return document_response({"keys": keys}, max_age=provider.settings.jwks_cache_seconds)
