"""Who is signed in, and whether that answers the request."""

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError
from oauthlib.openid.connect.core.exceptions import LoginRequired
from werkzeug.wrappers import Response

from keys.algorithms import ALGORITHMS
from keys.errors import BadSignature
from provider import login_state
from provider.authorization.flow import AuthorizationFlow
from provider.authorization.interaction import ask_for_login
from validators.reauthentication import needs_login


def read_hint(flow: AuthorizationFlow) -> None:
    """Learn whom ``id_token_hint`` names; an expired one is good enough (Core §3.1.2.1).

    Raises:
        InvalidRequestError: it is not an ID token of ours.
    """
    hint = flow.request.id_token_hint
    if hint is None:
        return
    try:
        claims = flow.services.verifier.verify(hint, typ=None, algs=ALGORITHMS)
    except BadSignature:
        claims = {}
    if claims.get("iss") != flow.services.settings.issuer or not isinstance(claims.get("sub"), str):
        raise InvalidRequestError(
            description="id_token_hint is not an ID token of this issuer.", request=flow.request
        )
    flow.id_token_subject = claims["sub"]


def find_session(flow: AuthorizationFlow) -> None:
    """Read the browser's sign-in and the consent it comes with: the one read of this endpoint."""
    flow.request.session = login_state.current(
        flow.services, client_id=flow.request.known_client.client_id, resource=resource_key(flow)
    )


def require_login(flow: AuthorizationFlow) -> Response | None:
    """Ask the person to sign in, if the request needs that.

    Raises:
        LoginRequired: it does, and ``prompt=none`` forbids asking.
    """
    request, session = flow.request, flow.request.session
    if session is not None and not needs_login(
        session,
        prompts=request.prompts,
        max_age=request.max_age,
        hinted_subject=flow.id_token_subject or request.claimed_subject,
        signed_in_for_request=_signed_in_since(flow),
        now=flow.services.clock(),
    ):
        return None
    if "none" in request.prompts:
        raise LoginRequired(request=request)
    return ask_for_login(flow)


def resource_key(flow: AuthorizationFlow) -> str:
    """Return the set of requested resources as consents name it."""
    return " ".join(sorted(set(flow.request.resources)))


def _signed_in_since(flow: AuthorizationFlow) -> bool:
    """Whether the sign-in was made after the request had been stored, or for it."""
    session, waiting = flow.request.session, flow.waiting
    if session is None or waiting is None:
        return False
    return waiting.login_session_id == session.id or session.auth_time > waiting.created_at
