"""A stored request, as the pages between take it up and leave it."""

from flask import abort, redirect, url_for
from oauthlib.oauth2.rfc6749.errors import FatalClientError, OAuth2Error
from werkzeug.wrappers import Response

from provider import login_state
from provider.authorization.flow import AuthorizationFlow, flow_of, validate
from provider.authorization.session import read_hint
from provider.errors import AlreadyAnswered
from provider.wiring import services
from validators.waiting_requests import WaitingRequest


def find_waiting(request_id: str) -> WaitingRequest:
    """Return the request that this browser carries the id of.

    Raises:
        AlreadyAnswered: it is over, or another browser's.
    """
    waiting = services().waiting_requests.find(request_id, browser=login_state.known_browser())
    if waiting is None or not waiting.is_bound:
        raise AlreadyAnswered
    return waiting


def take_up(waiting: WaitingRequest) -> AuthorizationFlow:
    """Return the flow of a stored request, checked anew: its client may have been changed meanwhile.

    Raises:
        FatalClientError: nobody may be redirected any more.
        HTTPException: it is not good any more; the browser goes where the client is told.
    """
    flow = flow_of(services(), waiting)
    try:
        validate(flow)
        read_hint(flow)
    except FatalClientError:
        raise
    except OAuth2Error:
        abort(redirect(address_of(waiting), 303))
    return flow


def answer_and_forget(flow: AuthorizationFlow, response: Response) -> Response:
    """Return ``response`` if it is the first answer to the stored request.

    Raises:
        AlreadyAnswered: it is not.
    """
    provider = services()
    with provider.database.session() as session:
        if flow.waiting is None or not provider.waiting_requests.take(session, flow.waiting):
            raise AlreadyAnswered
    return response


def address_of(waiting: WaitingRequest) -> str:
    """Return where a stored request goes on; never an address that came with the request."""
    return url_for("authorization.authorize", client_id=waiting.client_id, request_uri=waiting.request_uri)
