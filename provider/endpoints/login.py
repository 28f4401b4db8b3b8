"""GET and POST /login: where a person proves who they are (OpenID Connect Core §3.1.2.3)."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from models.user import User
from provider import login_state
from provider.bridge import read_query
from provider.client_address import client_address
from provider.client_view import view_of
from provider.events import report
from provider.forms import CANCEL, LoginForm
from provider.sign_in_purpose import SignInPurpose, find_purpose
from provider.wiring import services

MAX_USERNAME = 320
PASSWORD_AMR = "pwd"  # noqa: S105 - RFC 8176

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def login() -> Response | str:
    """Show the sign-in page, for a request that waits or for its own sake."""
    purpose = find_purpose(read_query().parameters)
    form = LoginForm(formdata=None)
    if purpose is not None:
        form.username.data = purpose.login_hint
    return _page(form, purpose)


@blueprint.post("/login")
def sign_in() -> Response | str:
    """Check name and password; sign in and go on with the request, or say what was wrong."""
    purpose = find_purpose(request.form)
    form = LoginForm()
    if not form.validate():
        return _page(form, purpose, error=form.stale_message())
    if purpose is not None and request.form.get("decision") == CANCEL:
        return purpose.cancel()
    username, password = form.username.data or "", form.password.data or ""
    user = None
    if len(username) <= MAX_USERNAME:
        user = services().people.authenticate(username, password)
    if user is None:
        report("sign_in_failed", address=client_address())
        return _page(form, purpose, error=gettext("The name or the password is not right."))
    return _signed_in(user, purpose)


def _signed_in(user: User, purpose: SignInPurpose | None) -> Response:
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
        if purpose is not None and purpose.waiting is not None:
            provider.waiting_requests.mark_login(session, purpose.waiting, session_id)
    report("signed_in", user_id=user.id, address=client_address())
    login_state.renew_page_cookie()
    response = redirect(purpose.address if purpose else url_for("home.home"), 303)
    login_state.set_cookie(provider, response, cookie)
    return response


def _page(form: LoginForm, purpose: SignInPurpose | None, error: str | None = None) -> str:
    is_again = purpose is not None and login_state.current(services()) is not None
    return render_template(
        "login.html",
        form=form,
        client=view_of(purpose.client) if purpose else None,
        redirect_host=purpose.redirect_host if purpose else None,
        error=error,
        request_id=purpose.waiting.id if purpose and purpose.waiting else None,
        user_code=purpose.user_code if purpose else None,
        reason="reauthenticate" if is_again else None,
    )
