"""GET /healthz and /readyz: alive, and able to serve."""

import json

from flask import Blueprint
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from models.client import ClientRow
from provider.bridge import json_response
from provider.schema_revision import older_revisions, stored_revision
from provider.wiring import Services, services

blueprint = Blueprint("health", __name__)

READY = "ready"
BEHIND = "the schema is behind: flask db upgrade"
READ_ONLY = "the database only reads"
NO_KEY = "no signing key"


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process answers."""
    return json_response('{"status": "ok"}', 200)


@blueprint.get("/readyz")
def readyz() -> Response:
    """Say whether requests can be served: the database answers, fits and may be written, and a key signs.

    A schema that is newer than this process will do: it stays in service while others are upgraded.

    Raises:
        StoreUnavailable: the database does not answer, or has no tables; 503.
    """
    status = readiness(services())
    return json_response(json.dumps({"status": status}), 200 if status == READY else 503)


def readiness(provider: Services) -> str:
    """Return ``READY``, or what is in the way.

    Raises:
        StoreUnavailable: the database does not answer, or has no tables.
    """
    with provider.database.reading() as session:
        status = _state_of(session)
    if status == READY and "RS256" not in provider.key_ring.algorithms():
        return NO_KEY
    return status


def _state_of(session: Session) -> str:
    try:
        revision = stored_revision(session.connection())
        session.execute(select(ClientRow.client_id).limit(1))
    except ProgrammingError:  # PostgreSQL: there is no such table
        return BEHIND
    if revision is None or revision in older_revisions():
        return BEHIND
    if session.get_bind().dialect.name == "postgresql":
        read_only = session.execute(text("SELECT current_setting('transaction_read_only')")).scalar_one()
        return READ_ONLY if read_only == "on" else READY
    return READY
