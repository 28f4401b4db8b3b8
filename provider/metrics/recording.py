"""Where an app counts: around each request and, by name, where something else happens."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from validators.request import ProviderRequest

if TYPE_CHECKING:
    from provider.metrics.meters import Meters

EXTENSION = "meters"
NO_ENDPOINT = "none"


def register_meters(app: Flask, meters: Meters) -> None:
    """Count every request of ``app``, and let it be asked for its meters."""
    app.extensions[EXTENSION] = meters
    app.before_request(begin_request)
    app.after_request(end_request)


def begin_request() -> None:
    """Remember when the current request began."""
    g.began_at = perf_counter()


def end_request(response: Response) -> Response:
    """Count the current request; return its ``response``."""
    meters: Meters = current_app.extensions[EXTENSION]
    meters.count_request(request.endpoint or NO_ENDPOINT, response.status_code, perf_counter() - g.began_at)
    return response


def count_tokens(provider_request: ProviderRequest) -> None:
    """Count a successful token response, where anybody wants to know."""
    meters = current_meters()
    if meters is not None and provider_request.client is not None:
        meters.count_tokens(str(provider_request.grant_type), provider_request.client.client_id)


def current_meters() -> Meters | None:
    """Return the meters of the current app; ``None`` outside of one and where nothing is counted."""
    return current_app.extensions.get(EXTENSION) if current_app else None
