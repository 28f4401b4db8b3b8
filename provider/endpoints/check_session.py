"""GET /check_session: the frame that clients ask whether anything has changed (Session Management §3.2)."""

from flask import Blueprint, render_template

from provider.browser_state import cookie_name
from provider.headers import let_anybody_frame
from provider.wiring import services

blueprint = Blueprint("check_session", __name__)


@blueprint.get("/check_session")
def check_session() -> str:
    """Return a page of one script, which answers by postMessage; nothing in it is about anybody."""
    let_anybody_frame()
    return render_template("check_session.html", cookie=cookie_name(services()))
