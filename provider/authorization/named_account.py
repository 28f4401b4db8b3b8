"""Which person a request is about: by hint, by claim, or by what was chosen in this browser."""

from provider import login_state
from provider.authorization.flow import AuthorizationFlow
from provider.browser_accounts import others
from validators.handles import handle_of
from validators.login_sessions import SessionRecord


def named_session(flow: AuthorizationFlow, *, client_id: str, resource: str) -> SessionRecord | None:
    """Return the sign-in that the request names, else the one that counts in this browser.

    ``id_token_hint`` and a claimed ``sub`` name a person for certain (Core §3.1.2.1, §5.5.1); a
    ``login_hint`` is a guess. No client learns who else is signed in here: a guess, and anything that
    nobody sees, finds only people who have let the client in. The others are read only to look for somebody.

    Args:
        flow: the request, with the sign-in that counts.
        client_id: whose consents are read with the others.
        resource: and for which resources.
    """
    session = flow.request.session
    if _is_the_one(flow, session):
        return session
    accounts = others(flow.services, client_id=client_id, resource=resource)
    named = (account.session for account in accounts if _is_the_one(flow, account.session))
    return next((found for found in named if _may_be_told(flow, found)), session)


def _is_the_one(flow: AuthorizationFlow, session: SessionRecord | None) -> bool:
    """Whether the request names nobody else than this person."""
    request = flow.request
    if session is not None and (flow.hinted is not None or request.claimed_subject is not None):
        return not names_another(flow, session.user_id)
    if flow.hinted is not None or request.claimed_subject is not None:
        return False
    if request.login_hint is None or signed_in_since(flow) or is_chosen(flow):
        return True
    return session is not None and _is_called(session, request.login_hint)


def names_another(flow: AuthorizationFlow, user_id: str) -> bool:
    """Whether the hint or the claimed ``sub`` is another person's, each as its client knows people."""
    subjects, client = flow.services.subjects, flow.request.known_client
    claimed = flow.request.claimed_subject
    if claimed is not None and claimed != subjects.of(client, user_id):
        return True
    if flow.hinted is None:
        return False
    client_id, sub = flow.hinted
    reader = client if client_id == client.client_id else flow.services.clients.get(client_id)
    return reader is None or sub != subjects.of(reader, user_id)


def signed_in_since(flow: AuthorizationFlow) -> bool:
    """Whether the sign-in was made after the request had been stored, or for it."""
    session, waiting = flow.request.session, flow.waiting
    if session is None or waiting is None:
        return False
    return waiting.login_session_id == session.id or session.auth_time > waiting.created_at


def is_chosen(flow: AuthorizationFlow) -> bool:
    """Whether the person has chosen the account for this very request."""
    session, waiting = flow.request.session, flow.waiting
    return session is not None and waiting is not None and login_state.has_chosen(waiting.id, session.id)


def _may_be_told(flow: AuthorizationFlow, session: SessionRecord) -> bool:
    """Whether the answer may show that this person is signed in: they see a page, or know the client."""
    is_known = session.consented_scope is not None or flow.request.known_client.skips_consent
    is_certain = flow.hinted is not None or flow.request.claimed_subject is not None
    return is_known or (is_certain and "none" not in flow.request.prompts)


def _is_called(session: SessionRecord, hint: str) -> bool:
    """Whether ``hint`` is what this person signs in with."""
    names = {handle_of(name) for name in (session.user_name, session.user_email) if name is not None}
    return handle_of(hint) in names
