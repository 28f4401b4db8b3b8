"""Which origins may let a script read an answer: never at the pages nor at /authorize (RFC 9700 §2.6)."""

from flask import Flask, g, request
from werkzeug.wrappers import Response

from models.errors import StoreUnavailable
from provider.paths import WELL_KNOWN, is_registration, local_path
from provider.wiring import services
from validators.client import Client
from validators.redirect_uris import origins
from validators.request import ProviderRequest

OPEN_PATHS = frozenset({"/userinfo", "/jwks"})
CLIENT_PATHS = frozenset({"/token", "/revoke", "/par"})
METHODS = "GET, POST, OPTIONS"
REGISTRATION_METHODS = "GET, POST, PUT, DELETE, OPTIONS"
REQUEST_HEADERS = "Authorization, Content-Type, DPoP"
MAX_AGE_SECONDS = "600"


def register_cors(app: Flask) -> None:
    """Answer preflights and mark the answers of ``app``, errors too."""

    @app.before_request
    def answer_preflight() -> Response | None:
        if request.method != "OPTIONS":
            return None
        local = local_path()
        return _preflight() if _is_open(local) or local in CLIENT_PATHS else None

    @app.after_request
    def mark(response: Response) -> Response:
        local = local_path()
        response.headers.update(fixed_headers(local))  # a preflight has said so already
        if local in CLIENT_PATHS:
            _allow_client(response)
        return response


def fixed_headers(path: str) -> list[tuple[str, str]]:
    """Return what every answer at ``path``, below the issuer's, says of origins, whoever asks."""
    if _is_open(path):
        return _allowing("*")
    return [("Vary", "Origin")] if path in CLIENT_PATHS else []


def remember(provider_request: ProviderRequest) -> None:
    """Keep the request of a client, whose origins decide when it is answered."""
    g.client_request = provider_request


def _is_open(path: str) -> bool:
    return path in OPEN_PATHS or path.startswith(WELL_KNOWN) or is_registration(path)


def _allow_client(response: Response) -> None:
    """Let the origins of the client's redirect URIs read ``response``, errors included."""
    origin = request.headers.get("Origin")
    if origin is None or "client_request" not in g:
        return
    client = _client(g.client_request)
    if client is not None and origin in origins(client):
        response.headers.extend(_allowing(origin))


def _client(provider_request: ProviderRequest) -> Client | None:
    """Return the client that asked, proven or not: whose script it is decides, not whose secret."""
    if provider_request.client is not None:
        return provider_request.client
    try:
        return services().client_auth.claimed(provider_request)
    except StoreUnavailable:
        return None  # the answer says so itself


def _allowing(origin: str) -> list[tuple[str, str]]:
    return [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Expose-Headers", "WWW-Authenticate, DPoP-Nonce"),
    ]


def _preflight() -> Response:
    """Answer openly: a preflight names no client; the real answer decides."""
    response = Response(status=204)
    response.headers["Access-Control-Allow-Origin"] = "*"
    methods = REGISTRATION_METHODS if is_registration(local_path()) else METHODS
    response.headers["Access-Control-Allow-Methods"] = methods
    response.headers["Access-Control-Allow-Headers"] = REQUEST_HEADERS
    response.headers["Access-Control-Max-Age"] = MAX_AGE_SECONDS
    return response
