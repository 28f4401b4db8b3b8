"""GET and POST /login: where a person proves who they are (OpenID Connect Core §3.1.2.3)."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext
from oauthlib.oauth2.rfc6749.errors import AccessDeniedError
from werkzeug.wrappers import Response

from models.user import User
from provider import login_state
from provider.authorization.flow import AuthorizationFlow, flow_of, validate
from provider.authorization.response import deliver_error
from provider.authorization.waiting import address_of, answer_and_forget, find_waiting
from provider.bridge import read_query
from provider.client_address import client_address
from provider.client_view import destination, view_of
from provider.events import report
from provider.forms import CANCEL, LoginForm
from provider.wiring import services

MAX_USERNAME = 320
PASSWORD_AMR = "pwd"  # noqa: S105 - RFC 8176

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def login() -> Response | str:
    """Show the sign-in page, for a request that waits or for its own sake."""
    flow = _waiting_flow(read_query().parameters.get("request"))
    form = LoginForm(formdata=None)
    if flow is not None:
        form.username.data = flow.request.login_hint
    return _page(form, flow)


@blueprint.post("/login")
def sign_in() -> Response | str:
    """Check name and password; sign in and go on with the request, or say what was wrong."""
    flow = _waiting_flow(request.form.get("request"))
    form = LoginForm()
    if not form.validate():
        return _page(form, flow, error=form.stale_message())
    if flow is not None and request.form.get("decision") == CANCEL:
        return answer_and_forget(flow, deliver_error(flow, AccessDeniedError(request=flow.request)))
    username, password = form.username.data or "", form.password.data or ""
    user = None
    if len(username) <= MAX_USERNAME:
        user = services().people.authenticate(username, password)
    if user is None:
        report("sign_in_failed", address=client_address())
        return _page(form, flow, error=gettext("The name or the password is not right."))
    return _signed_in(user, flow)


def _signed_in(user: User, flow: AuthorizationFlow | None) -> Response:
    provider = services()
    replaced = login_state.current(provider)
    with provider.database.session() as session:
        session_id, cookie = provider.login_sessions.begin(
            session,
            user_id=user.id,
            amr=PASSWORD_AMR,
            user_agent=request.headers.get("User-Agent", ""),
            replaces=replaced,
        )
        if flow is not None and flow.waiting is not None:
            provider.waiting_requests.mark_login(session, flow.waiting, session_id)
    report("signed_in", user_id=user.id, address=client_address())
    login_state.renew_page_cookie()
    waiting = flow.waiting if flow else None
    response = redirect(address_of(waiting) if waiting else url_for("home.home"), 303)
    login_state.set_cookie(provider, response, cookie)
    return response


def _waiting_flow(request_id: str | None) -> AuthorizationFlow | None:
    if not request_id:
        return None
    flow = flow_of(services(), find_waiting(request_id))
    validate(flow)
    g.ui_locales = (flow.request.ui_locales or "").split()
    return flow


def _page(form: LoginForm, flow: AuthorizationFlow | None, error: str | None = None) -> str:
    is_again = flow is not None and login_state.current(services()) is not None
    return render_template(
        "login.html",
        form=form,
        client=view_of(flow.request.known_client) if flow else None,
        redirect_host=destination(str(flow.request.redirect_uri)) if flow else None,
        error=error,
        request_id=flow.waiting.id if flow and flow.waiting else None,
        reason="reauthenticate" if is_again else None,
    )
