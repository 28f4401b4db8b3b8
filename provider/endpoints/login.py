"""GET and POST /login: where a person proves who they are (OpenID Connect Core §3.1.2.3)."""

from datetime import timedelta

from flask import Blueprint, render_template, request
from flask_babel import format_timedelta, gettext
from werkzeug.wrappers import Response

from provider import login_state
from provider.bridge import read_query
from provider.browser_accounts import OTHER
from provider.client_view import view_of
from provider.events import report
from provider.forms import CANCEL, LoginForm
from provider.guesses import Attempt
from provider.sign_in import sign_in_as
from provider.sign_in_limits import Door
from provider.sign_in_purpose import SignInPurpose, find_purpose
from provider.wiring import services

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
    people = services().people
    user = people.find_handle(username)
    attempt = Door(services()).begin(user.id if user else None, username)
    if attempt.wait_seconds:
        report("sign_in_limited", user_id=user.id if user else None)
        return _wait(_page(form, purpose, error=_too_many(attempt)), attempt)
    response = sign_in_as(user, purpose) if people.has_password(user, password) and user else None
    if response is None:
        report("sign_in_failed", user_id=user.id if user else None)
        return _page(form, purpose, error=gettext("The name or the password is not right."))
    services().guesses.forgive(attempt)
    return response


def _too_many(attempt: Attempt) -> str:
    """Say what happened, and for how long; in whole minutes from two on, rounded up."""
    seconds = attempt.wait_seconds
    rounded = seconds if seconds < 120 else -(-seconds // 60) * 60
    return str(
        gettext(
            "There were too many attempts with a wrong password, for this name or from this network. Your"
            " password was not checked. Please try again in %(wait)s.",
            wait=format_timedelta(timedelta(seconds=rounded), threshold=2),
        )
    )


def _wait(page: str, attempt: Attempt) -> Response:
    headers = {"Retry-After": str(attempt.wait_seconds)}
    return Response(page, 429, headers, mimetype="text/html")


def _page(
    form: LoginForm,
    purpose: SignInPurpose | None,
    error: str | None = None,
    account: str | None = None,
) -> str:
    is_other = (account or request.form.get("account")) == OTHER
    is_again = not is_other and purpose is not None and login_state.current(services()) is not None
    reason = "another" if purpose and purpose.is_for_another else "reauthenticate" if is_again else None
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
        reason=reason,
    )
