"""GET and POST /approvals: a person sees who asks for them from elsewhere, and decides (CIBA Core §8)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from keys import base64url
from provider import login_state
from provider.client_view import view_of
from provider.detail_words import describe_details
from provider.endpoints.account import DONE, FAILED, sign_in_first
from provider.events import report
from provider.forms import ALLOW, ConsentForm
from provider.moments import moment
from provider.scope_words import describe_scope
from provider.wiring import services
from validators.authentication_context import reached
from validators.authorization_details import stored_details
from validators.backchannel_requests import Approval
from validators.login_sessions import SessionRecord

blueprint = Blueprint("approvals", __name__)


@blueprint.get("/approvals")
def approvals() -> Response | str:
    """Show a person what waits for their decision; nobody else sees it."""
    session = login_state.current(services())
    return _page(session) if session else sign_in_first("approvals")


@blueprint.post("/approvals")
def decide() -> Response:
    """Take one decision. It counts once, and for the person that the page was shown to."""
    session = login_state.current(services())
    if session is None:
        return sign_in_first("approvals")
    form = ConsentForm()
    if not form.validate() or form.person.data != _person(session):
        return _back(FAILED, form.stale_message())
    approval = _find(session, request.form.get("request", ""))
    is_allowed = request.form.get("decision") == ALLOW
    if approval is None or not _is_taken(approval, session, is_allowed=is_allowed):
        return _back(FAILED, gettext("This request has already been answered or has expired."))
    report(
        "backchannel_request_approved" if is_allowed else "backchannel_request_denied",
        client_id=approval.client_id,
        user_id=session.user_id,
        scope=approval.scope,
    )
    return _back(DONE, gettext("Access is allowed.") if is_allowed else gettext("Access is refused."))


def _is_taken(approval: Approval, session: SessionRecord, *, is_allowed: bool) -> bool:
    provider = services()
    if not is_allowed:
        return provider.backchannel_requests.deny(approval, session)
    acr = reached(session.amr, approval.acr_values.split(), is_https=provider.settings.is_https)
    return provider.backchannel_requests.approve(approval, session, acr=acr)


def _find(session: SessionRecord, name: str) -> Approval | None:
    waiting = services().backchannel_requests.waiting_for(session.user_id)
    return next((each for each in waiting if base64url.encode(each.digest) == name), None)


def _back(kind: str, message: str) -> Response:
    flash(message, kind)
    return redirect(url_for("approvals.approvals"), 303)


def _page(session: SessionRecord) -> str:
    form = ConsentForm(formdata=None)
    form.person.data = _person(session)
    waiting = services().backchannel_requests.waiting_for(session.user_id)
    return render_template(
        "approvals.html",
        form=form,
        user={"name": session.user_name},
        approvals=[shown for each in waiting if (shown := _shown(each)) is not None],
    )


def _shown(approval: Approval) -> dict[str, object] | None:
    """Return a request for the page; ``None`` for that of a client that is gone."""
    client = services().clients.get(approval.client_id)
    if client is None:
        return None
    return {
        "id": base64url.encode(approval.digest),
        "client": view_of(client),
        "binding_message": approval.binding_message,
        "scopes": [{"name": name, "description": describe_scope(name)} for name in approval.scope.split()],
        "details": describe_details(stored_details(approval.authorization_details)),
        "resources": approval.resource.split(),
        "asked": moment(approval.created_at, services().clock()),
    }


def _person(session: SessionRecord) -> str:
    """Return a name for the sign-in that a page is shown to."""
    return base64url.encode(session.id)
