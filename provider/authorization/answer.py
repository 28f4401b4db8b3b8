"""Answer a request that needs nobody any more: the grant is stored; code and tokens are sent."""

import json

from sqlalchemy import insert
from werkzeug.wrappers import Response

from models.grant import Grant
from provider.authorization.flow import AuthorizationFlow
from provider.authorization.session import resource_key
from provider.authorization.session_state import deliver_with_state
from provider.errors import AlreadyAnswered
from validators.authentication_context import reached
from validators.authorization_details import write_details
from validators.consents import remember
from validators.grants import GrantRecord, columns_of
from validators.key_binding import code_confirmation
from validators.request import ProviderRequest


def issue_answer(flow: AuthorizationFlow, *, remembered: bool = False) -> Response:
    """Store the grant and send what was asked; a request that waited is answered in the same transaction.

    Args:
        flow: the request, with a person signed in and their consent given.
        remembered: whether the person has just consented and the answer is kept.

    Raises:
        AlreadyAnswered: it has been answered already, from another tab or by a second press, or the
            sign-in has just ended.
    """
    grant = flow.request.grant = _new_grant(flow)
    answer = flow.services.front_channel.answer(flow.request)  # signed before anything is written
    response = deliver_with_state(flow, answer)
    services = flow.services
    if flow.waiting is None:
        services.grants.insert(grant)
        return response
    with services.database.session() as session:
        is_signed_in = services.login_sessions.is_still(session, grant.login_session_id or b"")
        if not is_signed_in or not services.waiting_requests.take(session, flow.waiting):
            raise AlreadyAnswered
        if remembered:
            remember(session, grant, flow.request.consent_scopes)
        session.execute(insert(Grant), [columns_of(grant)])
    return response


def _new_grant(flow: AuthorizationFlow) -> GrantRecord:
    request, session = flow.request, flow.request.session
    assert session is not None  # noqa: S101 - require_login has seen to it
    has_code = "code" in request.response_words
    grant = flow.services.codes.new_grant(
        client_id=request.known_client.client_id,
        user_id=session.user_id,
        login_session_id=session.id,
        scope=" ".join(request.scopes or ()),
        resource=resource_key(flow),
        claims=json.dumps(request.claims) if request.claims else None,
        nonce=request.nonce,
        redirect_uri=_sent_redirect_uri(request),
        code_challenge=request.code_challenge if has_code else None,
        auth_time=session.auth_time,
        amr=session.amr,
        has_code=has_code,
        front_channel_seconds=flow.services.front_channel.seconds(request),
    )
    return grant._replace(
        confirmation=code_confirmation(request) if has_code else None,
        authorization_details=write_details(request.details),
        acr=reached(session.amr, request.acr_wanted, is_https=flow.services.settings.is_https),
        user_name=session.user_name,
        user_email=session.user_email,
        user_claims=session.user_claims,
        user_updated_at=session.user_updated_at,
    )


def _sent_redirect_uri(request: ProviderRequest) -> str | None:
    """Return the redirect URI if the client named it: then it must name it at the token endpoint too."""
    return request.parameters.get("redirect_uri")
