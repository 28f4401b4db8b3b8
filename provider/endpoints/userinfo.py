"""GET and POST /userinfo (OpenID Connect Core §5.3, RFC 6750)."""

import json
from typing import NamedTuple

from flask import Blueprint, request
from werkzeug.wrappers import Response

from provider import cors
from provider.bridge import FORM, json_response, parse, read_query
from provider.errors import bearer_error
from provider.wiring import services
from validators.scopes import OPENID
from validators.user_claims import userinfo_claims

blueprint = Blueprint("userinfo", __name__)


class Presented(NamedTuple):
    """The access tokens of one request, by the ways of RFC 6750 §2."""

    header: str | None
    form: str | None
    query: str | None


@blueprint.route("/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """Tell the client about the person who gave it the token."""
    return cors.allow_all(_answer(_presented()))


@blueprint.route("/userinfo", methods=["OPTIONS"])
def preflight() -> Response:
    """Answer a CORS preflight."""
    return cors.preflight()


def _answer(presented: Presented) -> Response:
    tokens = [token for token in presented if token is not None]
    if not tokens:
        return bearer_error(401)
    if len(tokens) > 1 or presented.query is not None:
        return bearer_error(400, "invalid_request", "Send one access token, in the header or the form.")
    found = services().access_tokens.check(tokens[0])
    if found is None:
        return bearer_error(401, "invalid_token", "The access token is not or no longer valid.")
    token, record = found
    if OPENID not in token.scopes:
        return bearer_error(403, "insufficient_scope", "The access token lacks the scope openid.", OPENID)
    return json_response(json.dumps(userinfo_claims(record, token.scopes)), 200)


def _presented() -> Presented:
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    header = credentials.strip(" ") if scheme.lower() == "bearer" else None
    form = None
    if request.method == "POST" and request.mimetype == FORM:
        form = parse(request.get_data(cache=False)).parameters.get("access_token")
    query = read_query().parameters.get("access_token") if request.query_string else None
    return Presented(header, form, query)
