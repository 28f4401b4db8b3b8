"""GET /account and the forms on it: what a person sees of themselves, and what they may end."""

import json

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from provider import browser_state, login_state
from provider.account_view import read_id, shown_apps, shown_sessions
from provider.claim_words import describe_claims
from provider.endpoints.frontchannel_logout import sign_out_at_clients
from provider.events import report
from provider.forms import PageForm
from provider.wiring import services
from validators.account_sessions import AccountSessions
from validators.connected_apps import ConnectedApps
from validators.login_sessions import SessionRecord

DONE, FAILED = "done", "failed"

blueprint = Blueprint("account", __name__)


@blueprint.get("/account")
def account() -> Response | str:
    """Show a person what is known about them, where they are signed in, and whom they have let in."""
    session = login_state.current(services())
    return _page(session) if session else sign_in_first("account")


@blueprint.post("/account/sessions/end")
def end_session() -> Response:
    """Sign out one browser of this person; their own one too."""
    session = login_state.current(services())
    if session is None:
        return sign_in_first("account")
    if not PageForm().validate():
        return _back(FAILED, PageForm.stale_message())
    session_id = read_id(request.form.get("session", ""))
    if not _sessions().end(session.user_id, session_id):
        abort(404)
    report("session_ended", user_id=session.user_id)
    if session_id == session.id:
        login_state.renew_page_cookie()
        response = sign_out_at_clients(session, url_for("home.home"))
        login_state.clear_cookie(services(), response)
        browser_state.clear_state(services(), response)
        return response
    return _back(DONE, gettext("That browser is signed out."))


@blueprint.post("/account/apps/disconnect")
def disconnect() -> Response:
    """Take back all that this person lets one client do."""
    session = login_state.current(services())
    if session is None:
        return sign_in_first("account")
    if not PageForm().validate():
        return _back(FAILED, PageForm.stale_message())
    client_id = request.form.get("client_id", "")
    if not _apps().disconnect(session.user_id, client_id):
        abort(404)
    report("app_disconnected", user_id=session.user_id, client_id=client_id)
    return _back(DONE, gettext("The application is disconnected."))


@blueprint.post("/account/permissions/end")
def end_permission() -> Response:
    """Take back one grant, with what it is in particular for."""
    session = login_state.current(services())
    if session is None:
        return sign_in_first("account")
    if not PageForm().validate():
        return _back(FAILED, PageForm.stale_message())
    client_id = _apps().end_permission(session.user_id, read_id(request.form.get("permission", "")))
    if client_id is None:
        abort(404)
    report("permission_ended", user_id=session.user_id, client_id=client_id)
    return _back(DONE, gettext("That permission is taken back."))


def sign_in_first(page: str) -> Response:
    """Send a browser to the sign-in page, and back to ``page`` afterwards."""
    return redirect(url_for("login.login", page=page), 303)


def _back(kind: str, message: str) -> Response:
    flash(message, kind)
    return redirect(url_for("account.account"), 303)


def _page(session: SessionRecord) -> str:
    return render_template(
        "account.html",
        form=PageForm(formdata=None),
        user={"name": session.user_name, "email": session.user_email},
        claims=describe_claims(json.loads(session.user_claims)),
        sessions=shown_sessions(_sessions().list(session.user_id), session.id),
        apps=shown_apps(_apps().list(session.user_id)),
        is_operator=session.is_operator,
    )


def _sessions() -> AccountSessions:
    provider = services()
    return AccountSessions(provider.database, provider.clock, provider.settings.session_idle_seconds)


def _apps() -> ConnectedApps:
    provider = services()
    return ConnectedApps(provider.database, provider.clock)
