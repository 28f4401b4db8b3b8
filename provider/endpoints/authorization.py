"""GET and POST /authorize (RFC 6749 §3.1, OpenID Connect Core §3.1.2)."""

from collections.abc import Sequence

from flask import Blueprint, g, redirect, request
from oauthlib.oauth2.rfc6749.errors import FatalClientError, OAuth2Error
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response

from provider import login_state
from provider.authorization.answer import issue_answer
from provider.authorization.consent import require_consent
from provider.authorization.flow import AuthorizationFlow, Step, flow_of, stored_form, validate
from provider.authorization.response import deliver_error
from provider.authorization.session import find_session, read_hint, require_login
from provider.authorization.waiting import address_of, answer_and_forget
from provider.bridge import Parsed, read_form, read_query
from provider.client_failures import MAX_STRANGER
from provider.errors import AlreadyAnswered
from provider.events import report
from provider.request_id import request_id
from provider.stored_request_limits import count_stored_request
from provider.wiring import services
from validators.request import ProviderRequest
from validators.waiting_requests import URN

MAX_LOGGED = 200

blueprint = Blueprint("authorization", __name__)


@blueprint.get("/authorize")
def authorize() -> Response:
    """Answer an authorization request, or send the browser to the page where a person is needed.

    Raises:
        MethodNotAllowed: HEAD, which must not leave a grant behind.
    """
    if request.method == "HEAD":
        raise MethodNotAllowed(["GET", "POST"])
    return run(_received(read_query()), STEPS)


@blueprint.post("/authorize")
def authorize_by_form() -> Response:
    """Check the request, store it and go on with GET.

    A browser sends no cookie with a form from another site; it does with the redirect that follows.
    """
    return run(_received(read_form()), POST_STEPS)


def run(flow: AuthorizationFlow, steps: Sequence[Step]) -> Response:
    """Take the steps until one answers; tell the client of an error once it is known to be the client.

    Raises:
        FatalClientError: it is not known; a page says so.
        AlreadyAnswered: the stored request is over.
    """
    g.ui_locales = (flow.request.ui_locales or "").split()
    try:
        for step in steps:
            if (response := step(flow)) is not None:
                return response
    except FatalClientError as error:
        report_unproven(flow, error)
        raise
    except OAuth2Error as error:
        response = deliver_error(flow, error)
        return response if flow.waiting is None else answer_and_forget(flow, response)
    raise AssertionError("the last step always answers")


def store_and_redirect(flow: AuthorizationFlow) -> Response:
    """Leave the request waiting for any browser; the one that follows the redirect takes it."""
    if flow.waiting is not None:
        return redirect(address_of(flow.waiting), 303)
    count_stored_request()
    waiting = services().waiting_requests.store(
        stored_form(flow.request), client_id=flow.request.known_client.client_id, browser=None
    )
    return redirect(address_of(waiting), 303)


def report_unproven(flow: AuthorizationFlow, error: FatalClientError) -> None:
    """Tell the operator what the page keeps to itself: what was sent, and what is registered.

    What is neither a client's name nor a URI may be a secret in the wrong place, and is not told.
    """
    client, redirect_uri = flow.request.client, flow.request.redirect_uri or ""
    report(
        "authorization_refused",
        reason=type(error).__name__,
        client_id=client.client_id if client else (flow.request.client_id or "")[:MAX_STRANGER],
        redirect_uri=redirect_uri[: MAX_LOGGED if ":" in redirect_uri else MAX_STRANGER],
        registered=" ".join(client.redirect_uris)[:MAX_LOGGED] if client else None,
        request_id=request_id(),
    )


STEPS: tuple[Step, ...] = (
    validate,
    read_hint,
    find_session,
    require_login,
    require_consent,
    issue_answer,
)
POST_STEPS: tuple[Step, ...] = (validate, store_and_redirect)


def _received(parsed: Parsed) -> AuthorizationFlow:
    """Return the flow of a request, taken up from its stored row where it names one."""
    request_uri = parsed.parameters.get("request_uri", "")
    if request_uri.startswith(URN):
        return _stored(request_uri.removeprefix(URN), parsed.parameters.get("client_id"))
    provider_request = ProviderRequest(
        parsed.parameters,
        http_method="GET",
        resources=parsed.resources,
        problem=parsed.problem,
        refused=parsed.refused,
    )
    return AuthorizationFlow(services(), provider_request)


def _stored(waiting_id: str, client_id: str | None) -> AuthorizationFlow:
    waiting = services().waiting_requests.find(waiting_id, browser=login_state.known_browser())
    if waiting is None or waiting.client_id != (client_id or ""):
        raise AlreadyAnswered
    return flow_of(services(), waiting)
