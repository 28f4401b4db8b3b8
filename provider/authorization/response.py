"""Send the answer to the client: in the query, the fragment, or a form (Form Post Response Mode)."""

from collections.abc import Sequence
from urllib.parse import unquote_plus, urlencode

from flask import make_response, redirect, render_template
from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from werkzeug.wrappers import Response

from provider.authorization.flow import AuthorizationFlow
from provider.authorization.jarm import SUFFIX, is_secured, secured

Pairs = Sequence[tuple[str, str]]
ANSWER_NAMES = frozenset(
    (
        *("code", "state", "iss", "error", "error_description", "error_uri", "access_token", "token_type"),
        *("expires_in", "scope", "id_token", "session_state", "response"),
    )
)


def deliver(flow: AuthorizationFlow, answer: Pairs) -> Response:
    """Return the response that takes ``answer`` to the client, with ``state`` and ``iss`` (RFC 9207)."""
    pairs = list(answer)
    if flow.request.state is not None:
        pairs.append(("state", flow.request.state))
    pairs.append(("iss", flow.services.settings.issuer))
    mode = flow.request.response_mode or "query"
    if is_secured(mode):
        pairs, mode = secured(flow, pairs), mode.removesuffix(SUFFIX)
    return _send(str(flow.request.redirect_uri), pairs, mode)


def deliver_error(flow: AuthorizationFlow, error: OAuth2Error) -> Response:
    """Return the response that tells the client of ``error`` (RFC 6749 §4.1.2.1)."""
    answer = [("error", str(error.error))]
    if error.description:
        answer.append(("error_description", error.description))
    return deliver(flow, answer)


def _send(redirect_uri: str, pairs: Pairs, mode: str) -> Response:
    base = _without_ours(redirect_uri)
    if mode == "form_post":
        return make_response(render_template("form_post.html", action=base, parameters=pairs))
    if mode == "fragment":
        return redirect(f"{base}#{urlencode(pairs)}", 303)
    joint = "" if base.endswith(("?", "&")) else "&" if "?" in base else "?"
    return redirect(f"{base}{joint}{urlencode(pairs)}", 303)


def _without_ours(redirect_uri: str) -> str:
    """Return the URI without query parameters that an answer may hold: those come from us alone."""
    base, mark, query = redirect_uri.partition("?")
    kept = [item for item in query.split("&") if unquote_plus(item.partition("=")[0]) not in ANSWER_NAMES]
    return f"{base}{mark}{'&'.join(kept)}"
