"""How many requests one network may leave here to wait: each of them is a row of the store."""

from flask_babel import gettext
from werkzeug.exceptions import TooManyRequests

from provider.client_address import client_network
from provider.errors import PageError
from provider.events import report
from provider.limits import Limit
from provider.paths import is_for_machines
from provider.wiring import services

WINDOW_SECONDS = 60


def count_stored_request(client_id: str = "") -> None:
    """Count a request that is about to be stored; without the store of limits nobody is held up.

    Args:
        client_id: who sent it, if a client did: those of one network are counted apart.

    Raises:
        PageError: there were too many; a person is told.
        TooManyRequests: likewise, for a client (RFC 9126 §2.3).
    """
    provider = services()
    limit = Limit("stored_requests", provider.settings.stored_requests_per_minute, WINDOW_SECONDS)
    if not provider.limits.is_known_to_be_over(limit, f"{client_id} {client_network()}"):
        return
    report("stored_requests_limited", client_id=client_id)
    if is_for_machines():
        raise TooManyRequests("Too many requests are stored from here.", retry_after=WINDOW_SECONDS)
    message = gettext("Too many sign-ins were begun from this network. Please try again in a minute.")
    raise PageError("too_many_attempts", message, 429)
