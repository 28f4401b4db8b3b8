"""An API whose callers bring access tokens.

flask resource create http://localhost:9033 --scope "photos.read photos.write"
export ISSUER=… RESOURCE=http://localhost:9033 CLIENT_ID=… CLIENT_SECRET=…
flask --app examples.api.app run --port 9033

With ``--token-format opaque`` it asks the provider about every token, as the client of that id and secret.
"""

import os
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import requests
from flask import Flask, g, jsonify, request
from werkzeug.wrappers import Response

from examples.api.tokens import InvalidToken, Tokens

ISSUER, RESOURCE = os.environ["ISSUER"], os.environ["RESOURCE"]
PROVIDER = requests.get(f"{ISSUER}/.well-known/oauth-authorization-server", timeout=10).json()
METADATA = "/.well-known/oauth-protected-resource"
SCOPES = ["photos.read", "photos.write"]
PHOTOS: dict[str, list[str]] = {}  # by owner
app = Flask(__name__)
tokens = Tokens(PROVIDER, RESOURCE, (os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"]))


def require(scope: str, max_age: int | None = None) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Let only good tokens with ``scope`` through, from people who signed in lately."""

    def protect(view: Callable[[], Any]) -> Callable[[], Any]:
        @wraps(view)
        def protected() -> Any:
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() != "bearer":
                return challenge(401, scope=scope)  # no token, no error (RFC 6750 §3.1)
            try:
                g.claims = tokens.check(token.strip())
            except InvalidToken:
                return challenge(401, error="invalid_token", scope=scope)
            if scope not in g.claims["scope"].split():
                return challenge(403, error="insufficient_scope", scope=scope)
            if max_age is not None and time.time() - g.claims.get("auth_time", 0) > max_age:
                return challenge(401, error="insufficient_user_authentication", max_age=str(max_age))
            return view()

        return protected

    return protect


def challenge(status: int, **parameters: str) -> Response:
    """Say what is wrong and where to learn more (RFC 6750 §3, RFC 9470 §3, RFC 9728 §5.1)."""
    known = {"realm": "photos", **parameters, "resource_metadata": RESOURCE + METADATA}
    response = jsonify({name: value for name, value in parameters.items() if name == "error"})
    response.status_code = status
    response.headers["WWW-Authenticate"] = "Bearer " + ", ".join(f'{k}="{v}"' for k, v in known.items())
    return response


@app.get(METADATA)
def metadata() -> dict[str, Any]:  # noqa: D103
    return {
        "resource": RESOURCE,
        "authorization_servers": [ISSUER],
        "scopes_supported": SCOPES,
        "bearer_methods_supported": ["header"],
    }


@app.get("/photos")
@require("photos.read")
def photos() -> dict[str, Any]:  # noqa: D103
    return {"owner": g.claims["sub"], "photos": PHOTOS.get(g.claims["sub"], [])}


@app.post("/photos")
@require("photos.write")
def add_photo() -> dict[str, Any]:  # noqa: D103
    owner = g.claims["sub"]
    PHOTOS.setdefault(owner, []).append(request.form["name"])
    return {"owner": owner, "photos": PHOTOS[owner]}


@app.delete("/photos")
@require("photos.write", max_age=int(os.environ.get("MAX_AGE", "300")))
def delete_photos() -> dict[str, Any]:  # noqa: D103
    PHOTOS.pop(g.claims["sub"], None)
    return {"owner": g.claims["sub"], "photos": []}


@app.errorhandler(requests.RequestException)
def provider_is_away(_error: requests.RequestException) -> tuple[dict[str, str], int]:
    """Not knowing is no refusal: the caller may try again with the same token."""
    return {"error": "temporarily_unavailable"}, 503
