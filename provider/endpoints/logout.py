"""GET and POST /logout, and the pages behind it (OpenID Connect RP-Initiated Logout §2, §3)."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from provider import browser_accounts, login_state
from provider.bridge import Parsed, read_form, read_query
from provider.browser_accounts import BrowserAccount, has_others
from provider.client_view import destination, view_of
from provider.endpoints.frontchannel_logout import sign_out_at_clients
from provider.errors import PageError
from provider.events import report
from provider.forms import CANCEL, PageForm
from provider.logout_wiring import logout_requests
from provider.wiring import services
from validators.logout import BadLogoutRequest, LogoutProblem, LogoutRequest

blueprint = Blueprint("logout", __name__)


@blueprint.get("/logout")
def logout() -> Response | str:
    """Sign out, or go to the page where the person is asked."""
    _refuse_head()
    return _run(_received(read_query()), _ask)


@blueprint.post("/logout")
def logout_by_form() -> Response:
    """Check the request and go on with GET.

    A browser sends no cookie with a form from another site; it does with the redirect that follows.
    """
    return _ask(_received(read_form()))


@blueprint.get("/logout/confirm")
def confirm() -> Response | str:
    """Ask the person, where there is still somebody to ask."""
    _refuse_head()
    return _run(_reopened(read_query().parameters.get("request")), _page)


@blueprint.post("/logout/confirm")
def decide() -> Response | str:
    """Take the decision: signed out, or everything stays as it was and nobody is redirected."""
    logout_request = _reopened(request.form.get("request"))
    account = browser_accounts.named(services(), logout_request.sid)
    if account is None:
        return _leave(logout_request)
    if not PageForm().validate():
        return _page(logout_request, account, error=PageForm.stale_message())
    if request.form.get("decision") == CANCEL:
        return redirect(url_for("home.home"), 303)
    return _sign_out(logout_request, account)


@blueprint.get("/logout/done")
def done() -> Response | str:
    """Say that nobody is signed in here any more."""
    g.ui_locales = read_query().parameters.get("ui_locales", "").split()
    if login_state.current(services()) is not None:
        return redirect(url_for("home.home"), 303)
    return render_template("logout_done.html", has_others=has_others(services()))


def _run(logout_request: LogoutRequest, ask: Callable[..., Response | str]) -> Response | str:
    """Answer at once where §2 lets us: nobody is signed in, or the hint is of a sign-in of this browser."""
    account = browser_accounts.named(services(), logout_request.sid)
    if account is None:
        return _leave(logout_request)
    if logout_request.is_of(account.session, services().clock()):
        return _sign_out(logout_request, account)
    return ask(logout_request, account)


def _ask(logout_request: LogoutRequest, _account: BrowserAccount | None = None) -> Response:
    """Send the browser to the page that asks; the request goes with it."""
    sealed = logout_requests(services()).seal(logout_request)
    return redirect(url_for("logout.confirm", request=sealed), 303)


def _sign_out(logout_request: LogoutRequest, account: BrowserAccount) -> Response:
    """End the sign-in, here and in the store, before the browser goes anywhere."""
    provider, session = services(), account.session
    response = sign_out_at_clients(session, _destination(logout_request))  # first: without it nothing ends
    with provider.database.session() as transaction:
        provider.login_sessions.end(transaction, session.id)
    report("signed_out", user_id=session.user_id, client_id=logout_request.client_id)
    login_state.renew_page_cookie()
    browser_accounts.forget(provider, response, account)
    return response


def _leave(logout_request: LogoutRequest) -> Response:
    return redirect(_destination(logout_request), 303)


def _destination(logout_request: LogoutRequest) -> str:
    """Return where the client wants, with its ``state`` and nothing else (§3); or the page that says so."""
    uri, state = logout_request.post_logout_redirect_uri, logout_request.state
    if uri is None:
        return url_for("logout.done", ui_locales=logout_request.ui_locales)
    if state is None:
        return uri
    joint = "" if uri.endswith(("?", "&")) else "&" if "?" in uri else "?"
    return f"{uri}{joint}{urlencode({'state': state})}"


def _page(logout_request: LogoutRequest, account: BrowserAccount, error: str | None = None) -> str:
    provider, uri = services(), logout_request.post_logout_redirect_uri
    client = provider.clients.get(logout_request.client_id) if logout_request.client_id else None
    return render_template(
        "logout.html",
        form=PageForm(formdata=None),
        request_id=logout_requests(provider).seal(logout_request),
        client=view_of(client) if client else None,
        redirect_host=destination(uri) if uri else None,
        user={"name": account.session.user_name},
        error=error,
    )


def _received(parsed: Parsed) -> LogoutRequest:
    """Return the request that was sent.

    Raises:
        PageError: it is malformed or breaks a rule.
    """
    g.ui_locales = parsed.parameters.get("ui_locales", "").split()
    if parsed.problem is not None:
        raise PageError(
            "invalid_request", gettext("The application sent a request that cannot be understood.")
        )
    try:
        return logout_requests(services()).read(parsed.parameters)
    except BadLogoutRequest as error:
        raise _page_error(error.problem) from error


def _reopened(sealed: str | None) -> LogoutRequest:
    """Return the request that the browser carries; an empty one for a person who came by themselves.

    Raises:
        PageError: it was not sealed here, or too long ago.
    """
    try:
        logout_request = logout_requests(services()).open(sealed) if sealed else LogoutRequest()
    except BadLogoutRequest as error:
        raise _page_error(error.problem) from error
    g.ui_locales = (logout_request.ui_locales or "").split()
    return logout_request


def _page_error(problem: LogoutProblem) -> PageError:
    """Say why nobody was signed out or redirected, in words that stay the same (§4)."""
    messages = {
        LogoutProblem.BAD_HINT: gettext(
            "The application sent an id_token_hint that did not come from here. You are not signed out."
        ),
        LogoutProblem.OTHER_CLIENT: gettext(
            "The application sent the id_token_hint of another application. You are not signed out."
        ),
        LogoutProblem.UNKNOWN_CLIENT: gettext("This application is not registered here."),
        LogoutProblem.NO_CLIENT: gettext(
            "The application named an address to return to, but not itself. You are not signed out."
        ),
        LogoutProblem.UNREGISTERED: gettext(
            "The address to return to after signing out is not registered for this application."
            " You are not signed out."
        ),
        LogoutProblem.TOO_LONG: gettext(
            "The application sent a state that is too long. You are not signed out."
        ),
        LogoutProblem.OVER: gettext("This page was open for too long. Please try again."),
    }
    return PageError(problem.value, str(messages[problem]))


def _refuse_head() -> None:
    """Refuse HEAD, which must not sign anybody out."""
    if request.method == "HEAD":
        raise MethodNotAllowed(["GET", "POST"])
