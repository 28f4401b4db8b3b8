"""Whether the person has allowed what the client asks (OpenID Connect Core §3.1.2.4)."""

from oauthlib.openid.connect.core.exceptions import ConsentRequired
from werkzeug.wrappers import Response

from provider.authorization.flow import AuthorizationFlow
from provider.authorization.interaction import ask_for_consent
from validators.grants import OFFLINE_ACCESS


def require_consent(flow: AuthorizationFlow) -> Response | None:
    """Ask the person, unless an earlier answer covers the request.

    Raises:
        ConsentRequired: it does not, and ``prompt=none`` forbids asking.
    """
    if "consent" not in flow.request.prompts and (is_given(flow) or _is_skipped(flow)):
        return None
    if "none" in flow.request.prompts:
        raise ConsentRequired(request=flow.request)
    return ask_for_consent(flow)


def _is_skipped(flow: AuthorizationFlow) -> bool:
    """Whether the operator has answered for everybody; access while they are away each person grants."""
    return flow.request.known_client.skips_consent and OFFLINE_ACCESS not in missing_scopes(flow)


def is_given(flow: AuthorizationFlow) -> bool:
    """Whether a remembered answer covers every scope of the request."""
    return is_remembered(flow) and not missing_scopes(flow)


def missing_scopes(flow: AuthorizationFlow) -> frozenset[str]:
    """Return the requested scopes that the person has not yet allowed this client."""
    session = flow.request.session
    given = (session.consented_scope if session else None) or ""
    return frozenset(flow.request.consent_scopes).difference(given.split())


def is_remembered(flow: AuthorizationFlow) -> bool:
    """Whether an answer is kept: anyone may claim a private-use scheme, so not for those (RFC 8252 §8.6).

    One to authorization details is for them alone: each time somebody sees what it is about.
    """
    return flow.request.details is None and str(flow.request.redirect_uri).startswith(("https://", "http://"))
