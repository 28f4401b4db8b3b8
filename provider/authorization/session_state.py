"""The session_state of an answer (OpenID Connect Session Management §2)."""

from werkzeug.wrappers import Response

from provider import browser_state, login_state
from provider.authorization.flow import AuthorizationFlow
from validators.redirect_uris import origin_of
from validators.scopes import OPENID


def session_state_of(flow: AuthorizationFlow) -> list[tuple[str, str]]:
    """Return the parameter for a client that signs people in at a web origin; none for any other."""
    request, services = flow.request, flow.services
    origin = origin_of(str(request.redirect_uri))
    cookie = login_state.cookie(services)
    if OPENID not in (request.scopes or ()) or origin is None or cookie is None:
        return []
    state = browser_state.browser_state(services, cookie)
    return [("session_state", browser_state.session_state(request.known_client.client_id, origin, state))]


def keep_state(flow: AuthorizationFlow, response: Response) -> Response:
    """Return ``response`` with the state that its ``session_state`` was made of."""
    browser_state.renew_state(flow.services, response)
    return response
