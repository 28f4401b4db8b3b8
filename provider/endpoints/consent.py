"""GET and POST /consent: where a person decides (OpenID Connect Core §3.1.2.4)."""

from flask import Blueprint, g, render_template, request, url_for
from oauthlib.oauth2.rfc6749.errors import AccessDeniedError
from werkzeug.wrappers import Response

from keys import base64url
from provider.authorization.answer import issue_answer
from provider.authorization.consent import is_remembered, missing_scopes
from provider.authorization.flow import AuthorizationFlow
from provider.authorization.response import deliver_error
from provider.authorization.session import find_session, require_login
from provider.authorization.waiting import answer_and_forget, find_waiting, take_up
from provider.bridge import read_query
from provider.client_view import destination, view_of
from provider.detail_words import describe_details
from provider.events import report
from provider.forms import ALLOW, ConsentForm
from provider.scope_words import describe_scope
from provider.wiring import services
from validators.errors import NoEncryptionKey

blueprint = Blueprint("consent", __name__)


@blueprint.get("/consent")
def consent() -> Response | str:
    """Show what a client asks, in plain words."""
    flow = _waiting_flow(read_query().parameters.get("request"))
    return require_login(flow) or _page(flow, ConsentForm(formdata=None))


@blueprint.post("/consent")
def decide() -> Response | str:
    """Take the decision: what was asked, or access_denied. It counts once, for the person it was shown to."""
    flow = _waiting_flow(request.form.get("request"))
    if (response := require_login(flow)) is not None:
        return response
    form = ConsentForm()
    if not form.validate() or form.person.data != _person(flow):
        return _page(flow, ConsentForm(formdata=None))
    client_id, user_id = flow.request.known_client.client_id, _user_id(flow)
    if request.form.get("decision") != ALLOW:
        report("consent_refused", client_id=client_id, user_id=user_id)
        return answer_and_forget(flow, deliver_error(flow, AccessDeniedError(request=flow.request)))
    try:
        response = issue_answer(flow, remembered=is_remembered(flow))
    except NoEncryptionKey as error:
        return answer_and_forget(flow, deliver_error(flow, error))
    services().unused_clients.mark_used(client_id)
    report("consent_given", client_id=client_id, user_id=user_id, scope=" ".join(flow.request.scopes or ()))
    return response


def _waiting_flow(request_id: str | None) -> AuthorizationFlow:
    flow = take_up(find_waiting(request_id or ""))
    find_session(flow)
    g.ui_locales = (flow.request.ui_locales or "").split()
    return flow


def _page(flow: AuthorizationFlow, form: ConsentForm) -> str:
    form.person.data = _person(flow)
    missing = missing_scopes(flow)
    is_first = missing == frozenset(flow.request.consent_scopes)
    session = flow.request.session
    return render_template(
        "consent.html",
        form=form,
        request_id=flow.waiting.id if flow.waiting else None,
        client=view_of(flow.request.known_client),
        redirect_host=destination(str(flow.request.redirect_uri)),
        user={"name": session.user_name if session else ""},
        scopes=[
            {
                "name": scope,
                "description": describe_scope(scope),
                "is_new": scope in missing and not is_first,
            }
            for scope in flow.request.consent_scopes
        ],
        details=describe_details(flow.request.details),
        resources=list(dict.fromkeys(flow.request.resources)),
        remembered=is_remembered(flow),
        switch_account_url=url_for("accounts.accounts", request=flow.waiting.id) if flow.waiting else None,
    )


def _person(flow: AuthorizationFlow) -> str:
    """Return a name for the sign-in that a page is shown to."""
    return base64url.encode(flow.request.session.id) if flow.request.session else ""


def _user_id(flow: AuthorizationFlow) -> str | None:
    return flow.request.session.user_id if flow.request.session else None
