"""GET /metrics: for an operator's monitoring, never for the world."""

import hmac

from flask import Blueprint, current_app, request
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response

from provider.metrics.meters import Meters
from provider.metrics.recording import EXTENSION
from provider.metrics.store_state import StoreState
from provider.setting_kinds import is_loopback
from provider.settings import Settings
from provider.wiring import services

blueprint = Blueprint("metrics", __name__)

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Show what is counted, in Prometheus' text format.

    Raises:
        Unauthorized: neither the token nor a caller on this machine.
        Forbidden: the same, where no token is set.
    """
    provider = services()
    if not (_has_token(provider.settings) or _is_at_home(provider.settings)):
        if provider.settings.metrics_token is None:
            raise Forbidden("This is for callers on the same machine.")
        raise Unauthorized("A bearer token is needed.", www_authenticate=WWWAuthenticate("bearer"))
    meters: Meters = current_app.extensions[EXTENSION]
    body = meters.exposition([StoreState(provider.database, provider.clock)])
    return Response(body, 200, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _has_token(settings: Settings) -> bool:
    sent = request.authorization
    if settings.metrics_token is None or sent is None or sent.type != "bearer":
        return False
    return hmac.compare_digest((sent.token or "").encode(), settings.metrics_token.encode())


def _is_at_home(settings: Settings) -> bool:
    """Whether the caller is this machine itself, and no proxy that brings somebody else."""
    if settings.metrics_loopback == "no" or any(name in request.headers for name in FORWARDED):
        return False
    return is_loopback(request.remote_addr or "")
