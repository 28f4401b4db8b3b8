"""The session_state of an answer (OpenID Connect Session Management §2)."""

from werkzeug.wrappers import Response

from provider import login_state
from provider.authorization.flow import AuthorizationFlow
from provider.authorization.response import Pairs, deliver
from provider.browser_state import browser_state, renew_state, session_state
from validators.redirect_uris import origin_of
from validators.scopes import OPENID


def deliver_with_state(flow: AuthorizationFlow, answer: Pairs) -> Response:
    """Return the response that takes ``answer`` to a client, with the state of the browser it comes from.

    Only a client that signs people in at a web origin is told.
    """
    request, services = flow.request, flow.services
    origin, cookie = origin_of(str(request.redirect_uri)), login_state.cookie(services)
    if OPENID not in (request.scopes or ()) or origin is None or cookie is None:
        return deliver(flow, answer)
    state = browser_state(services, cookie)
    said = session_state(request.known_client.client_id, origin, state)
    response = deliver(flow, [*answer, ("session_state", said)])
    renew_state(services, response, state)
    return response
