"""Answer a request that needs nobody any more: the grant is stored, its code sent."""

import json

from sqlalchemy import insert
from werkzeug.wrappers import Response

from models.consent import Consent
from models.grant import Grant
from provider.authorization.flow import AuthorizationFlow
from provider.authorization.response import deliver
from provider.authorization.session import resource_key
from provider.errors import AlreadyAnswered
from validators.grants import GrantRecord, columns_of
from validators.request import ProviderRequest


def issue_code(flow: AuthorizationFlow) -> Response:
    """Store the grant and send its code; a request that waited is answered in the same transaction.

    Raises:
        AlreadyAnswered: it has been answered already, from another tab or by a second press.
    """
    grant = _new_grant(flow)
    if flow.waiting is None:
        flow.services.grants.insert(grant)
    else:
        _answer_waiting(flow, grant, consented=False)
    return _deliver_code(flow, grant)


def issue_code_with_consent(flow: AuthorizationFlow, *, remembered: bool) -> Response:
    """Store the person's consent with the grant, in one transaction, and send the code.

    Raises:
        AlreadyAnswered: the request has been answered already.
    """
    grant = _new_grant(flow)
    _answer_waiting(flow, grant, consented=remembered)
    return _deliver_code(flow, grant)


def _answer_waiting(flow: AuthorizationFlow, grant: GrantRecord, *, consented: bool) -> None:
    services = flow.services
    assert flow.waiting is not None  # noqa: S101 - the callers have seen to it
    with services.database.session() as session:
        if not services.waiting_requests.take(session, flow.waiting):
            raise AlreadyAnswered
        if consented:
            key = (grant.user_id, grant.client_id, resource_key(flow))
            consent = session.get(Consent, key) or Consent(
                user_id=key[0], client_id=key[1], resource=key[2], scope=""
            )
            consent.scope = " ".join(dict.fromkeys([*consent.scope.split(), *grant.scopes]))
            consent.granted_at = grant.created_at
            session.add(consent)
        session.execute(insert(Grant), [columns_of(grant)])


def _deliver_code(flow: AuthorizationFlow, grant: GrantRecord) -> Response:
    return deliver(flow, [("code", flow.services.codes.code_of(grant))])


def _new_grant(flow: AuthorizationFlow) -> GrantRecord:
    request, session = flow.request, flow.request.session
    assert session is not None  # noqa: S101 - require_login has seen to it
    return flow.services.codes.new_grant(
        client_id=request.known_client.client_id,
        user_id=session.user_id,
        login_session_id=session.id,
        scope=" ".join(request.scopes or ()),
        resource=resource_key(flow),
        claims=json.dumps(request.claims) if request.claims else None,
        nonce=request.nonce,
        redirect_uri=_sent_redirect_uri(request),
        code_challenge=request.code_challenge,
        auth_time=session.auth_time,
        amr=session.amr,
    )


def _sent_redirect_uri(request: ProviderRequest) -> str | None:
    """Return the redirect URI if the client named it: then it must name it at the token endpoint too."""
    return request.parameters.get("redirect_uri")
