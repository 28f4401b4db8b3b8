"""The metadata documents (OpenID Connect Discovery §4, RFC 8414 §3)."""

from flask import Blueprint, Flask
from werkzeug.wrappers import Response

from provider.documents import document_response
from provider.metadata import provider_metadata
from provider.wiring import services

MAX_AGE_SECONDS = 300
OPENID_CONFIGURATION = "/.well-known/openid-configuration"
OAUTH_SERVER = "/.well-known/oauth-authorization-server"

blueprint = Blueprint("discovery", __name__)


@blueprint.get(OPENID_CONFIGURATION, endpoint="openid")
@blueprint.get(OAUTH_SERVER, endpoint="oauth")
def metadata() -> Response:
    """Return what is switched on."""
    document = provider_metadata(services())
    return document_response(document, max_age=MAX_AGE_SECONDS)


def register_inserted(app: Flask, path: str) -> None:
    """Serve the documents of an issuer with a path at the inserted form too (RFC 8414 §3.1)."""
    for name, well_known in (("openid", OPENID_CONFIGURATION), ("oauth", OAUTH_SERVER)):
        app.add_url_rule(well_known + path, f"inserted_{name}", metadata, methods=["GET"])
