"""Who is signed in, and whether that answers the request."""

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError
from oauthlib.openid.connect.core.exceptions import LoginRequired
from werkzeug.wrappers import Response

from keys.jwe import is_encrypted
from provider import login_state
from provider.authorization.flow import AuthorizationFlow
from provider.authorization.interaction import ask_for_account, ask_for_login
from provider.authorization.named_account import is_chosen, named_session, names_another, signed_in_since
from provider.browser_accounts import has_others
from provider.hint_wiring import id_token_hints
from validators.id_token_hints import BadIdTokenHint
from validators.reauthentication import needs_login


def read_hint(flow: AuthorizationFlow) -> None:
    """Learn whom ``id_token_hint`` names; an expired one is good enough (Core §3.1.2.1).

    Raises:
        InvalidRequestError: it is not an ID token of ours, or encrypted: the client decrypts it first.
    """
    hint = flow.request.id_token_hint
    if hint is None:
        return
    try:
        read = id_token_hints(flow.services).read(hint)
    except BadIdTokenHint:
        problem = "is encrypted" if is_encrypted(hint) else "is not an ID token of this issuer"
        raise InvalidRequestError(description=f"id_token_hint {problem}.", request=flow.request) from None
    flow.hinted = (read.client_id, read.sub)


def find_session(flow: AuthorizationFlow) -> None:
    """Read the browser's sign-in and the consent it comes with: the one read of this endpoint.

    Where the request names another person who is signed in here too, it is about that sign-in.
    """
    client_id, resource = flow.request.known_client.client_id, resource_key(flow)
    flow.request.session = login_state.current(flow.services, client_id=client_id, resource=resource)
    if has_others(flow.services) and flow.request.prompts.isdisjoint({"login", "select_account"}):
        flow.request.session = named_session(flow, client_id=client_id, resource=resource)


def require_login(flow: AuthorizationFlow) -> Response | None:
    """Ask the person to sign in, if the request needs that.

    Raises:
        LoginRequired: it does, and ``prompt=none`` forbids asking.
    """
    request, session = flow.request, flow.request.session
    if session is not None and not needs_login(
        session,
        prompts=request.prompts.difference({"select_account"} if is_chosen(flow) else ()),
        max_age=request.max_age,
        is_another=names_another(flow, session.user_id),
        signed_in_for_request=signed_in_since(flow),
        now=flow.services.clock(),
    ):
        return None
    if "none" in request.prompts:
        raise LoginRequired(request=request)
    return ask_for_account(flow) if _may_choose(flow) else ask_for_login(flow)


def _may_choose(flow: AuthorizationFlow) -> bool:
    """Whether choosing one of the accounts of this browser may be answer enough."""
    request = flow.request
    if "login" in request.prompts:
        return False
    if request.session is None:
        return has_others(flow.services)
    return "select_account" in request.prompts and not is_chosen(flow)


def resource_key(flow: AuthorizationFlow) -> str:
    """Return the set of requested resources as consents name it."""
    return " ".join(sorted(set(flow.request.resources)))
