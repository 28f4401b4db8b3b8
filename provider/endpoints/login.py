"""GET and POST /login: where a person proves who they are (OpenID Connect Core §3.1.2.3)."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from models.user import User
from provider import browser_accounts, browser_state, login_state
from provider.bridge import read_query
from provider.browser_accounts import OTHER, BrowserAccount
from provider.client_address import client_address
from provider.client_view import view_of
from provider.events import report
from provider.forms import CANCEL, LoginForm
from provider.sign_in_purpose import SignInPurpose, find_purpose
from provider.wiring import services
from validators.authentication_context import PASSWORD_METHOD
from validators.login_sessions import SessionRecord

MAX_USERNAME = 320

blueprint = Blueprint("login", __name__)


@blueprint.get("/login")
def login() -> Response | str:
    """Show the sign-in page, for a request that waits or for its own sake."""
    purpose = find_purpose(read_query().parameters)
    form = LoginForm(formdata=None)
    if purpose is not None:
        form.username.data = purpose.login_hint
    return _page(form, purpose, account=read_query().parameters.get("account"))


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
    replaced, kept, over = _place_for(user)
    with provider.database.session() as session:
        session_id, cookie = provider.login_sessions.begin(
            session,
            user_id=user.id,
            amr=PASSWORD_METHOD,
            user_agent=request.headers.get("User-Agent", ""),
            replaces=replaced,
        )
        for account in over:
            provider.login_sessions.end(session, account.session.id)
        if purpose is not None and purpose.waiting is not None:
            provider.waiting_requests.mark_login(session, purpose.waiting, session_id)
    report("signed_in", user_id=user.id, address=client_address())
    login_state.renew_page_cookie()
    response = redirect(purpose.address if purpose else url_for("home.home"), 303)
    login_state.set_cookie(provider, response, cookie)
    browser_state.set_state(provider, response, cookie)
    if kept or browser_accounts.has_others(provider):
        browser_accounts.remember(provider, response, kept)
    return response


def _place_for(user: User) -> tuple[SessionRecord | None, list[BrowserAccount], list[BrowserAccount]]:
    """Return the sign-in that a new one of ``user`` replaces, those that stay beside it, and those that end.

    Whoever was signed in stays so only where another account was asked for; nobody is kept twice.
    """
    most = browser_accounts.MAX_OTHERS
    now, others = browser_accounts.current(services()), browser_accounts.others(services())
    earlier = next((account for account in others if account.session.user_id == user.id), None)
    if now is not None and now.session.user_id != user.id and request.form.get("account") == OTHER:
        others, now = [now, *others], earlier
    elif now is None:
        now = earlier
    kept = [account for account in others if account.session.user_id != user.id]
    twice = [account for account in others if account.session.user_id == user.id and account is not now]
    return now.session if now else None, kept[:most], [*kept[most:], *twice]


def _page(
    form: LoginForm,
    purpose: SignInPurpose | None,
    error: str | None = None,
    account: str | None = None,
) -> str:
    is_other = (account or request.form.get("account")) == OTHER
    is_again = not is_other and purpose is not None and login_state.current(services()) is not None
    return render_template(
        "login.html",
        form=form,
        client=view_of(purpose.client) if purpose and purpose.client else None,
        redirect_host=purpose.redirect_host if purpose else None,
        error=error,
        request_id=purpose.waiting.id if purpose and purpose.waiting else None,
        user_code=purpose.user_code if purpose else None,
        page=purpose.page if purpose else None,
        account=OTHER if is_other else None,
        reason="reauthenticate" if is_again else None,
    )
