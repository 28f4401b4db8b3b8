"""Send the answer to the client: in the query, the fragment, or a form (Form Post Response Mode)."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import make_response, redirect, render_template
from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from werkzeug.wrappers import Response

from provider.authorization.flow import AuthorizationFlow

Pairs = Sequence[tuple[str, str]]


def deliver(flow: AuthorizationFlow, answer: Pairs) -> Response:
    """Return the response that takes ``answer`` to the client, with ``state`` and ``iss`` (RFC 9207)."""
    pairs = list(answer)
    if flow.request.state is not None:
        pairs.append(("state", flow.request.state))
    pairs.append(("iss", flow.services.settings.issuer))
    return _send(str(flow.request.redirect_uri), pairs, flow.request.response_mode or "query")


def deliver_error(flow: AuthorizationFlow, error: OAuth2Error) -> Response:
    """Return the response that tells the client of ``error`` (RFC 6749 §4.1.2.1)."""
    answer = [("error", str(error.error))]
    if error.description:
        answer.append(("error_description", error.description))
    return deliver(flow, answer)


def _send(redirect_uri: str, pairs: Pairs, mode: str) -> Response:
    if mode == "form_post":
        page = render_template("form_post.html", action=_without(redirect_uri, pairs), parameters=pairs)
        return make_response(page)
    if mode == "fragment":
        return redirect(f"{_without(redirect_uri, pairs)}#{urlencode(pairs)}", 303)
    base = _without(redirect_uri, pairs)
    joint = "&" if urlsplit(base).query else "?"
    return redirect(f"{base}{joint}{urlencode(pairs)}", 303)


def _without(redirect_uri: str, pairs: Pairs) -> str:
    """Return the URI without query parameters of our own names: each comes once, and from us."""
    parts = urlsplit(redirect_uri)
    names = {name for name, _ in pairs}
    if not any(name in names for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        return redirect_uri
    kept = [item for item in parts.query.split("&") if item.partition("=")[0] not in names]
    return urlunsplit(parts._replace(query="&".join(kept)))
