"""GET and POST /device, /device/confirm: a person lets a device act for them (RFC 8628 §3.3)."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from keys import base64url
from provider import login_state
from provider.client_address import client_network
from provider.client_view import view_of
from provider.detail_words import describe_details
from provider.device_visit import DeviceRequestOver, DeviceVisit, find_visit, require_visit
from provider.errors import PageError
from provider.events import report
from provider.forms import ALLOW, ConsentForm, DeviceForm
from provider.limits import Limit
from provider.scope_words import describe_scope
from provider.wiring import services
from validators.authorization_details import stored_details
from validators.login_sessions import SessionRecord
from validators.user_codes import MAX_TYPED, read_user_code, show_user_code

GUESSES = (Limit("user_code/browser", 10, 600), Limit("user_code/network", 50, 600))

blueprint = Blueprint("device", __name__)


@blueprint.get("/device")
def device() -> str:
    """Ask for the code that the device shows; a link may bring it along (RFC 8628 §3.3.1)."""
    form = DeviceForm(formdata=None)
    typed = request.args.get("user_code", "")[:MAX_TYPED]
    code = read_user_code(typed)
    form.user_code.data = show_user_code(code) if code else typed
    return _code_page(form)


@blueprint.post("/device")
def enter_code() -> Response | str:
    """Look for the device; guesses are few (RFC 8628 §5.1)."""
    form = DeviceForm()
    if not form.validate():
        return _code_page(form, error=form.stale_message())
    _count_guess()
    visit = find_visit(form.user_code.data)
    if visit is None:
        report("user_code_refused")
        return _code_page(
            form, error=gettext("No device waits with this code. Please compare it and try again.")
        )
    login_state.remember_typed(visit.user_code)
    return redirect(url_for("device.confirm", user_code=show_user_code(visit.user_code)), 303)


@blueprint.get("/device/confirm")
def confirm() -> Response | str:
    """Show who asks for what, and the code to compare."""
    visit = require_visit(request.args.get("user_code"))
    session = login_state.current(services())
    return _confirm_page(visit, session) if session else _ask_for_login(visit)


@blueprint.post("/device/confirm")
def decide() -> Response | str:
    """Take the decision. It counts once, and for the person that the page was shown to."""
    visit = require_visit(request.form.get("user_code"))
    session = login_state.current(services())
    if session is None:
        return _ask_for_login(visit)
    form = ConsentForm()
    if not form.validate() or form.person.data != _person(session):
        return _confirm_page(visit, session)
    device_codes = services().device_codes
    is_allowed = request.form.get("decision") == ALLOW
    if is_allowed:
        is_first = device_codes.approve(visit.user_code, session)
    else:
        is_first = device_codes.deny(visit.user_code)
    if not is_first:
        raise DeviceRequestOver
    if is_allowed:
        services().unused_clients.mark_used(visit.client.client_id)
    report(
        "device_approved" if is_allowed else "device_denied",
        client_id=visit.client.client_id,
        user_id=session.user_id,
        scope=visit.device.scope,
    )
    return render_template("device_done.html", client=view_of(visit.client), is_allowed=is_allowed)


def _count_guess() -> None:
    """Count an attempt for the browser and for its network.

    Raises:
        PageError: there were too many.
    """
    limits = services().limits
    keys = (login_state.browser(), client_network())
    if any(limits.is_over(limit, key) for limit, key in zip(GUESSES, keys, strict=True)):
        report("user_code_limited")
        message = gettext("Too many codes have been tried from here. Please try again in ten minutes.")
        raise PageError("too_many_attempts", message, 429)


def _ask_for_login(visit: DeviceVisit) -> Response:
    return redirect(url_for("login.login", user_code=show_user_code(visit.user_code)), 303)


def _code_page(form: DeviceForm, error: str | None = None) -> str:
    return render_template("device.html", form=form, error=error)


def _confirm_page(visit: DeviceVisit, session: SessionRecord) -> str:
    form = ConsentForm(formdata=None)
    form.person.data = _person(session)
    return render_template(
        "device_confirm.html",
        form=form,
        client=view_of(visit.client),
        user_code=show_user_code(visit.user_code),
        scopes=[{"name": name, "description": describe_scope(name)} for name in visit.device.scope.split()],
        details=describe_details(stored_details(visit.device.authorization_details)),
        resources=visit.device.resource.split(),
        user={"name": session.user_name},
        switch_account_url=url_for("accounts.accounts", user_code=show_user_code(visit.user_code)),
    )


def _person(session: SessionRecord) -> str:
    """Return a name for the sign-in that a page is shown to."""
    return base64url.encode(session.id)
