"""Who is at the operators' pages: an operator, who has signed in lately where something is to change."""

from typing import Any, NoReturn, cast

from flask import abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from provider import login_state
from provider.admin.places import here, place
from provider.endpoints.account import DONE, FAILED
from provider.events import report
from provider.forms import PageForm
from provider.wiring import services
from validators.login_sessions import SessionRecord

RECENT_SECONDS = 600
"""How old the sign-in of somebody may be who changes something."""


def admit() -> Response | None:
    """Let operators in, and their changes if the sign-in is recent and the form is one of ours.

    Anybody else who is signed in gets the answer of an address at which there is nothing: it tells them
    neither that these pages are here nor what is on them. Role and person are read at every request.
    """
    session = login_state.current(services())
    if session is None:
        return _sign_in()
    if not session.is_operator:
        abort(404)
    g.operator = session
    if request.method != "POST":
        return None
    if not _is_recent(RECENT_SECONDS):
        return _sign_in()
    if not PageForm().validate():
        return failed(PageForm.stale_message(), here())
    return None


def operator() -> SessionRecord:
    """Return the sign-in of the operator at this page."""
    return cast(SessionRecord, g.operator)


def require_recent() -> None:
    """Ask for the password before a form is shown that could not be sent for long any more.

    At least half the time is left to fill it in: what was typed would be lost on the way to the sign-in page.
    """
    if not _is_recent(RECENT_SECONDS // 2):
        abort(_sign_in())


def record(action: str, **details: str | int | None) -> None:
    """Report what the operator at this page has done, in the words of the ``flask`` commands."""
    session = operator()
    report(
        "operator_action", action=action, operator=session.user_id, operator_name=session.user_name, **details
    )


def done(message: str, address: str) -> Response:
    """Lead to a page that says what was done."""
    flash(message, DONE)
    return redirect(address, 303)


def failed(message: str, address: str) -> Response:
    """Lead to a page that says why nothing was done."""
    flash(message, FAILED)
    return redirect(address, 303)


def page(template: str, part: str, **values: Any) -> str:
    """Return an operators' page.

    Args:
        template: its file below ``templates/admin/``.
        part: which of the parts it belongs to.
        values: what it shows.
    """
    user = {"name": operator().user_name}
    values = {"form": PageForm(formdata=None), **values}
    return render_template(f"admin/{template}.html", part=part, operator=user, **values)


def confirmation(part: str, **values: Any) -> str:
    """Return a page that asks before something is done.

    Args:
        part: which of the parts it belongs to.
        values: ``title``, ``subject`` (what it is done to), ``points`` (what follows), ``yes`` (the button's
            words) and ``back`` (the address of those who would rather not).
    """
    return page("confirm", part, **values)


def not_found() -> NoReturn:
    """Say that what the address names is not there."""
    abort(404)


def _is_recent(seconds: int) -> bool:
    return services().clock() - operator().auth_time < seconds


def _sign_in() -> Response:
    return redirect(url_for("login.login", page=place()), 303)
