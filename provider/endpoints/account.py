"""GET /account and the forms on it: what a person sees of themselves, and what they may end."""

import json
from urllib.parse import quote

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from keys import base64url
from provider import browser_state, login_state
from provider.claim_words import describe_claims
from provider.client_view import view_of
from provider.detail_words import describe_details
from provider.endpoints.frontchannel_logout import sign_out_at_clients
from provider.events import report
from provider.forms import PageForm
from provider.moments import moment
from provider.scope_words import describe_scope
from provider.user_agent import describe_device
from provider.wiring import services
from validators.account_sessions import AccountSession, AccountSessions
from validators.connected_apps import ConnectedApp, ConnectedApps, Permission
from validators.login_sessions import SessionRecord

DONE, FAILED = "done", "failed"
MAX_ID = 40

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
    session_id = _id(request.form.get("session", ""))
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
    client_id = _apps().end_permission(session.user_id, _id(request.form.get("permission", "")))
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
        sessions=_shown_sessions(session),
        apps=[app for found in _apps().list(session.user_id) if (app := _shown_app(found)) is not None],
    )


def _shown_sessions(session: SessionRecord) -> list[dict[str, object]]:
    """Return the person's sign-ins for the page, the one of this browser first."""
    found = sorted(_sessions().list(session.user_id), key=lambda row: row.id != session.id)
    return [_shown_session(row, is_this=row.id == session.id) for row in found]


def _shown_session(row: AccountSession, *, is_this: bool) -> dict[str, object]:
    now = services().clock()
    return {
        "id": base64url.encode(row.id),
        "device": describe_device(row.user_agent),
        "signed_in": moment(row.auth_time, now),
        "last_used": moment(row.last_seen_at, now),
        "is_this": is_this,
    }


def _shown_app(app: ConnectedApp) -> dict[str, object] | None:
    """Return a client for the page; ``None`` for one that is gone."""
    client = services().clients.get(app.client_id)
    if client is None:
        return None
    return {
        "key": quote(app.client_id, safe=""),
        "client": view_of(client),
        "scopes": [{"name": name, "description": describe_scope(name)} for name in app.scopes],
        "resources": app.resources,
        "last_used": moment(app.last_used_at, services().clock()),
        "permissions": [_shown_permission(each) for each in app.permissions],
    }


def _shown_permission(permission: Permission) -> dict[str, object]:
    return {
        "id": base64url.encode(permission.id),
        "details": describe_details(permission.details),
        "allowed": moment(permission.granted_at, services().clock()),
    }


def _id(text: str) -> bytes:
    """Return the id behind ``text``; what is none names nothing."""
    try:
        return base64url.decode(text) if len(text) <= MAX_ID else b""
    except ValueError:
        return b""


def _sessions() -> AccountSessions:
    provider = services()
    return AccountSessions(provider.database, provider.clock, provider.settings.session_idle_seconds)


def _apps() -> ConnectedApps:
    provider = services()
    return ConnectedApps(provider.database, provider.clock)
