"""GET /logout/clients: the browser signs its person out at clients too (Front-Channel Logout §3)."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from provider.bridge import read_query
from provider.client_view import destination
from provider.headers import allow_frames
from provider.logout_wiring import frontchannel_logout
from provider.wiring import services
from validators.frontchannel_logout import FrontchannelPage
from validators.login_sessions import SessionRecord

blueprint = Blueprint("frontchannel_logout", __name__)


def sign_out_at_clients(session: SessionRecord, then: str) -> Response:
    """Send the browser to the page that tells the clients of a sign-in; straight on if there are none."""
    page = FrontchannelPage(session.user_id, session.sid, then)
    provider = frontchannel_logout(services())
    if not provider.uris(page):
        return redirect(then, 303)
    return redirect(url_for("frontchannel_logout.clients", page=provider.seal(page)), 303)


@blueprint.get("/logout/clients")
def clients() -> Response | str:
    """Show the frames that were sealed here; loading the page again does the same once more."""
    provider = frontchannel_logout(services())
    page = provider.open(read_query().parameters.get("page", ""))
    if page is None:
        return redirect(url_for("logout.done"), 303)
    uris = provider.uris(page)
    allow_frames("{0.scheme}://{0.netloc}".format(urlsplit(uri)) for uri in uris)
    is_done = page.then.startswith(url_for("logout.done"))
    return render_template(
        "logout_clients.html",
        uris=uris,
        then=page.then,
        host=None if is_done else destination(page.then),
    )
