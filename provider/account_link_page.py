"""What the pages behind a link have in common: the answer to a link that opens nothing."""

from flask import render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from provider.client_address import client_network
from provider.errors import PageError
from provider.events import report
from provider.limits import Limit
from provider.wiring import services

GUESSES = Limit("account_link/network", 50, 600)
"""Only what opens nothing is counted: whoever has a link gets in, whatever others try."""


def link_over(command: str | None, *, is_known_here: bool) -> Response:
    """Return the page for a link that was used, has expired or never was.

    Args:
        command: what makes a fresh one; ``None``: nothing does any more.
        is_known_here: whether whoever comes may have an account to sign in with.

    Raises:
        PageError: too many of them came from this network.
    """
    if services().limits.is_over(GUESSES, client_network()):
        report("account_link_limited")
        message = gettext("Too many links have been tried from here. Please try again in ten minutes.")
        raise PageError("too_many_attempts", message, 429)
    report("account_link_refused")
    page = render_template("link_over.html", command=command, is_known_here=is_known_here)
    return Response(page, 404, mimetype="text/html")
