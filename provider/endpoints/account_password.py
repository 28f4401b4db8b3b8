"""GET and POST /account/password: a person gives themselves a new password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from models.user import User
from provider import browser_state, login_state
from provider.endpoints.account import DONE, sign_in_first
from provider.errors import PageError
from provider.events import report
from provider.forms import NewPasswordForm
from provider.limits import Limit
from provider.password_words import password_rules
from provider.wiring import services
from validators.authentication_context import PASSWORD_METHOD
from validators.login_sessions import SessionRecord
from validators.people import InvalidPerson

RECENT_SECONDS = 900
GUESSES = Limit("password_change/person", 10, 600)

blueprint = Blueprint("account_password", __name__)


@blueprint.get("/account/password")
def password() -> Response | str:
    """Show the form to somebody who has signed in lately."""
    session = _recent_session()
    return _page(NewPasswordForm(formdata=None), session) if session else sign_in_first("password")


@blueprint.post("/account/password")
def change_password() -> Response | str:
    """Set a new password for whoever knows the old one, and sign out every other browser."""
    session = _recent_session()
    if session is None:
        return sign_in_first("password")
    form = NewPasswordForm()
    if not form.validate():
        return _page(form, session, error=form.stale_message())
    current, new = form.current_password.data or "", form.new_password.data or ""
    if new != (form.repeated_password.data or ""):
        return _page(form, session, error=gettext("The two new passwords differ."), wrong="new")
    _count_guess(session)
    user = _recognised(session, current)
    if user is None and _recognised(session, new) is not None:
        return _done()  # the same form once more
    try:
        is_changed = user is not None and services().people.set_password(
            user.id, new, keeps=session.id, replaces=user.password_hash
        )
    except InvalidPerson:
        return _page(form, session, error=password_rules(), wrong="new")
    if not is_changed:
        report("password_change_refused", user_id=session.user_id)
        return _page(form, session, error=gettext("The current password is not right."), wrong="current")
    report("password_changed", user_id=session.user_id)
    return _renewed(session)


def _recent_session() -> SessionRecord | None:
    """Return the sign-in of this browser if the person proved who they are a short while ago."""
    provider = services()
    session = login_state.current(provider)
    is_recent = session is not None and provider.clock() - session.auth_time < RECENT_SECONDS
    return session if is_recent else None


def _count_guess(session: SessionRecord) -> None:
    """Count an attempt for the person.

    Raises:
        PageError: there were too many.
    """
    if services().limits.is_over(GUESSES, session.user_id):
        report("password_change_limited", user_id=session.user_id)
        message = gettext("Too many attempts to change this password. Please try again in ten minutes.")
        raise PageError("too_many_attempts", message, 429)


def _recognised(session: SessionRecord, password: str) -> User | None:
    user = services().people.authenticate(session.user_name, password)
    return user if user is not None and user.id == session.user_id else None


def _renewed(session: SessionRecord) -> Response:
    """Give this browser a new cookie: whoever has a copy of the old one is signed out as well."""
    provider = services()
    with provider.database.session() as transaction:
        _, cookie = provider.login_sessions.begin(
            transaction,
            user_id=session.user_id,
            amr=PASSWORD_METHOD,
            user_agent=request.headers.get("User-Agent", ""),
            replaces=session,
        )
    response = _done()
    login_state.set_cookie(provider, response, cookie)
    browser_state.set_state(provider, response, cookie)
    return response


def _done() -> Response:
    flash(gettext("Your password is changed. Every other browser is signed out."), DONE)
    return redirect(url_for("account.account"), 303)


def _page(
    form: NewPasswordForm, session: SessionRecord, error: str | None = None, wrong: str | None = None
) -> str:
    return render_template(
        "account_password.html",
        form=form,
        user={"name": session.user_name},
        rules=password_rules(),
        minimum=services().passwords.minimum_characters,
        error=error,
        wrong=wrong,
    )
