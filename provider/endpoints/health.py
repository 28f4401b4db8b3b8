"""GET /healthz and /readyz: alive, and able to serve."""

from flask import Blueprint
from sqlalchemy import select
from werkzeug.wrappers import Response

from models.client import ClientRow
from provider.bridge import json_response
from provider.wiring import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process answers."""
    return json_response('{"status": "ok"}', 200)


@blueprint.get("/readyz")
def readyz() -> Response:
    """Say whether requests can be served: the database answers and a key signs.

    Raises:
        StoreUnavailable: it does not; 503.
    """
    provider = services()
    with provider.database.reading() as session:
        session.execute(select(ClientRow.client_id).limit(1))
    ready = "RS256" in provider.key_ring.algorithms()
    status = "ready" if ready else "no signing key"
    return json_response(f'{{"status": "{status}"}}', 200 if ready else 503)
