"""POST /register, and GET, PUT, DELETE /register/<client_id> (RFC 7591, RFC 7592)."""

import json
from typing import Any

from flask import Blueprint, url_for
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from provider.bridge import json_response
from provider.client_address import client_network
from provider.client_wiring import client_registration
from provider.errors import bearer_error
from provider.events import report
from provider.limits import Limit
from provider.registration_request import bearer_token, sent_document
from provider.wiring import services
from validators.client_registration import TokenSpent

WINDOW_SECONDS = 60

blueprint = Blueprint("registration", __name__)


@blueprint.post("/register")
def register() -> Response:
    """Register a client (RFC 7591 §3); those without an initial access token learn nothing of their document.

    Raises:
        InvalidClientMetadata: RFC 7591 §3.2.2.
        StoreUnavailable: nothing was registered.
    """
    _count()
    registration, token = client_registration(services()), bearer_token()
    if not registration.admits(token):
        return _refusal(token)
    try:
        information = registration.register(sent_document(), token)
    except TokenSpent:
        return _refusal(token)
    report("client_registered", client_id=information["client_id"])
    return _answer(information, 201)


@blueprint.get("/register/<client_id>")
def show(client_id: str) -> Response:
    """Tell a client what is registered of it (RFC 7592 §2.1)."""
    registration, token = client_registration(services()), bearer_token()
    if token is None or not registration.is_managed_by(client_id, token):
        return _refusal(token)
    information = registration.show(client_id, token)
    return _refusal(token) if information is None else _answer(information, 200)


@blueprint.put("/register/<client_id>")
def replace(client_id: str) -> Response:
    """Replace a client's metadata (RFC 7592 §2.2); the registration access token stays the same.

    Raises:
        InvalidClientMetadata: RFC 7591 §3.2.2.
    """
    registration, token = client_registration(services()), bearer_token()
    if token is None or not registration.is_managed_by(client_id, token):
        return _refusal(token)
    information = registration.replace(client_id, sent_document(), token)
    if information is None:
        return _refusal(token)
    report("client_registration_replaced", client_id=client_id)
    return _answer(information, 200)


@blueprint.delete("/register/<client_id>")
def delete(client_id: str) -> Response:
    """Remove a client and all that was granted to it (RFC 7592 §2.3)."""
    registration, token = client_registration(services()), bearer_token()
    managed = token is not None and registration.is_managed_by(client_id, token)
    if not managed or not registration.delete(client_id):
        return _refusal(token)
    report("client_registration_deleted", client_id=client_id)
    return json_response("", 204)


def _count() -> None:
    """Count a registration for the network that it comes from.

    Raises:
        TooManyRequests: there were too many.
    """
    limit = Limit("registration", services().settings.registrations_per_minute, WINDOW_SECONDS)
    if services().limits.is_over(limit, client_network()):
        report("registration_limited")
        raise TooManyRequests("Too many clients are registered from here.", retry_after=WINDOW_SECONDS)


def _refusal(token: str | None) -> Response:
    """Ask for a token, or refuse the one that was sent: unknown, spent, or of a client that is gone."""
    if token is None:
        return bearer_error(401)
    return bearer_error(401, "invalid_token", "The token is not or no longer valid.")


def _answer(information: dict[str, Any], status: int) -> Response:
    """Return a client information response (RFC 7591 §3.2.1, RFC 7592 §3)."""
    settings = services().settings
    path = url_for("registration.show", client_id=information["client_id"]).removeprefix(settings.path)
    return json_response(
        json.dumps({**information, "registration_client_uri": settings.issuer + path}), status
    )
