"""GET and POST /userinfo (OpenID Connect Core §5.3, RFC 6750)."""

import json
from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug.wrappers import Response

from provider.bridge import FORM, json_response, parse
from provider.confirmation import is_confirmed
from provider.errors import bearer_error
from provider.wiring import services
from validators.scopes import OPENID
from validators.user_claims import userinfo_claims

blueprint = Blueprint("userinfo", __name__)


@dataclass(frozen=True, slots=True)
class Presented:
    """The access tokens of one request, by the ways of RFC 6750 §2, and what is wrong with the rest."""

    tokens: list[str]
    problem: str | None


@blueprint.route("/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """Tell the client about the person who gave it the token."""
    return _answer(_presented())


def _answer(presented: Presented) -> Response:
    if presented.problem is not None:
        return bearer_error(400, "invalid_request", presented.problem)
    if not presented.tokens:
        return bearer_error(401)
    if len(presented.tokens) > 1:
        return bearer_error(400, "invalid_request", "Send one access token.")
    access_tokens = services().access_tokens
    token, record = access_tokens.check(presented.tokens[0]) or (None, None)
    if token is None or record is None or not access_tokens.is_for_paper(token) or not is_confirmed(token):
        return bearer_error(401, "invalid_token", "The access token is not or no longer valid.")
    if OPENID not in token.scopes:
        return bearer_error(403, "insufficient_scope", "The access token lacks the scope openid.", OPENID)
    return json_response(json.dumps(userinfo_claims(record, token.scopes)), 200)


def _presented() -> Presented:
    """Find the token in the header or the form; in the query it would end up in logs (RFC 9700 §4.3.2)."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    tokens = [credentials.strip(" ")] if scheme.lower() == "bearer" else []
    problem = None
    if b"access_token" in request.query_string:
        problem = "An access token in the query is refused."
    if request.method == "POST" and request.mimetype == FORM:
        form = parse(request.get_data(cache=False))
        problem = problem or form.problem
        tokens += [form.parameters["access_token"]] if "access_token" in form.parameters else []
    return Presented(tokens, problem)
