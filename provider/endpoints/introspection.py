"""POST /introspect (RFC 7662), in JSON or as a signed JWT (RFC 9701)."""

import json
from typing import Any

from flask import Blueprint
from flask import request as http_request
from oauthlib.oauth2.rfc6749.errors import InvalidClientError
from werkzeug.wrappers import Response

from provider.bridge import json_response, read_form, token_request
from provider.client_request import prove_client, require_token
from provider.wiring import services
from validators.client import Client

JWT_TYPE = "token-introspection+jwt"
JWT_MEDIA_TYPE = f"application/{JWT_TYPE}"
JSON_MEDIA_TYPE = "application/json"

blueprint = Blueprint("introspection", __name__)


@blueprint.post("/introspect")
def introspect() -> Response:
    """Tell a client that authenticates what it may know of a token.

    Raises:
        OAuth2Error: RFC 7662 §2.3; public clients are refused, for anybody could be one (§4).
        StoreUnavailable: nothing is known.
        UnknownAlgorithm: no key signs as the client wants it.
    """
    request = token_request(read_form())
    client = prove_client(request)
    if client.is_public:
        raise InvalidClientError(
            description="Introspection is for clients that authenticate.", request=request
        )
    described = services().introspection.describe(require_token(request), client)
    response = _as_jwt(described, client) if _wants_jwt() else json_response(json.dumps(described), 200)
    response.headers["Vary"] = "Accept"
    return response


def _wants_jwt() -> bool:
    """Whether the signed form is named and not less welcome than JSON (RFC 9701 §4)."""
    if JWT_TYPE not in http_request.environ.get("HTTP_ACCEPT", "").lower():
        return False
    accepted = http_request.accept_mimetypes
    is_named = any(name.lower() == JWT_MEDIA_TYPE and quality > 0 for name, quality in accepted)
    is_json_named = any(name.lower() == JSON_MEDIA_TYPE for name, _ in accepted)
    return is_named and not (is_json_named and accepted[JSON_MEDIA_TYPE] > accepted[JWT_MEDIA_TYPE])


def _as_jwt(described: dict[str, Any], client: Client) -> Response:
    """Sign the response for its caller; no ``sub`` or ``exp``, lest it pass for a token (RFC 9701 §5)."""
    provider = services()
    claims = {
        "iss": provider.settings.issuer,
        "aud": client.client_id,
        "iat": provider.clock(),
        "token_introspection": described,
    }
    response = json_response(provider.signer.sign(claims, alg=client.introspection_alg, typ=JWT_TYPE), 200)
    response.mimetype = JWT_MEDIA_TYPE
    return response
