"""GET and POST /userinfo (OpenID Connect Core §5.3, RFC 6750)."""

from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug.wrappers import Response

from provider.bridge import FORM, parse, read_body
from provider.confirmation import is_confirmed
from provider.errors import bearer_error, dpop_error
from provider.presented_token import PresentedToken, token_in_header
from provider.userinfo_response import client_of, userinfo_response
from provider.wiring import services
from validators.access_tokens import AccessToken
from validators.dpop import DpopError
from validators.errors import NoEncryptionKey
from validators.scopes import OPENID
from validators.user_claims import userinfo_claims

blueprint = Blueprint("userinfo", __name__)


@dataclass(frozen=True, slots=True)
class Presented:
    """The access tokens of one request, by the ways of RFC 6750 §2, and what is wrong with the rest."""

    tokens: list[PresentedToken]
    problem: str | None


@blueprint.route("/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """Tell the client about the person who gave it the token."""
    try:
        return _answer(_presented())
    except DpopError as error:
        return dpop_error(error)


def _answer(presented: Presented) -> Response:
    if presented.problem is not None:
        return bearer_error(400, "invalid_request", presented.problem)
    if not presented.tokens:
        return bearer_error(401)
    if len(presented.tokens) > 1:
        return bearer_error(400, "invalid_request", "Send one access token.")
    access_tokens, sent = services().access_tokens, presented.tokens[0]
    token, record = access_tokens.check(sent.text) or (None, None)
    if token is None or record is None or not _is_meant(token, sent):
        return bearer_error(401, "invalid_token", "The access token is not or no longer valid.")
    if OPENID not in token.scopes:
        return bearer_error(403, "insufficient_scope", "The access token lacks the scope openid.", OPENID)
    client = client_of(token, record)
    if client is None:
        return bearer_error(401, "invalid_token", "The client of the access token is gone.")
    try:
        custom = services().custom_scopes.released(record, token.scopes)
        return userinfo_response(userinfo_claims(record, token.scopes, token.subject, custom), client)
    except NoEncryptionKey as error:
        return bearer_error(400, error.error, error.description)


def _is_meant(token: AccessToken, sent: PresentedToken) -> bool:
    return services().access_tokens.is_for_paper(token) and is_confirmed(token, sent)


def _presented() -> Presented:
    """Find the token in the header or the form; in the query it would end up in logs (RFC 9700 §4.3.2)."""
    in_header = token_in_header()
    tokens = [] if in_header is None else [in_header]
    problem = None
    if b"access_token" in request.query_string:
        problem = "An access token in the query is refused."
    if request.method == "POST" and request.mimetype == FORM:
        form = parse(read_body())
        problem = problem or form.problem
        if "access_token" in form.parameters:
            tokens.append(PresentedToken(form.parameters["access_token"]))
    return Presented(tokens, problem)
