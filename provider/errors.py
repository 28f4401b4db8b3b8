"""The only place where an exception becomes a response.

Exception
├── oauthlib's OAuth2Error      a rule of a protocol was broken; the error code travels to the client
├── InvalidClientMetadata       a client cannot be registered like that
├── werkzeug's HTTPException    404, 405, 413, 415 …
├── StoreUnavailable            the database cannot be reached: 503, and nothing was promised
├── MemoryError                 there is no room to check a password: 503
├── UnknownAlgorithm            a client's signing key is gone: 503, the operator has to make one
├── PageError                   a person is told in words, with an error code to quote
│   └── AlreadyAnswered         the request behind a page has been answered
└── everything else             a bug: 500, a request id, the trace in the log
"""

import json

import structlog
from flask import Flask, render_template
from flask_babel import gettext
from oauthlib.oauth2.rfc6749.errors import InvalidClientError, OAuth2Error
from werkzeug.exceptions import BadHost, HTTPException, InternalServerError
from werkzeug.wrappers import Response

from keys.algorithms import ALGORITHMS
from keys.errors import UnknownAlgorithm
from models.errors import StoreUnavailable
from provider.bridge import json_response
from provider.client_failures import FAILURES, has_failed_too_often
from provider.paths import is_for_machines
from provider.request_id import request_id
from validators.dpop import DpopError
from validators.metadata_values import InvalidClientMetadata

log = structlog.get_logger("paper.errors")

RETRY_AFTER_SECONDS = "2"


class PageError(Exception):
    """What a person is told instead of the page they wanted.

    Args:
        code: a stable name to quote.
        message: a translated sentence.
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status


class AlreadyAnswered(PageError):
    """The request behind this page is over: answered, expired or another browser's."""

    def __init__(self) -> None:
        super().__init__(
            "request_not_found",
            gettext(
                "This sign-in request has already been answered, has expired or was started in another"
                " browser. Please go back to the application and start again."
            ),
        )


def register_error_handlers(app: Flask) -> None:
    """Install the mapping above."""
    app.register_error_handler(OAuth2Error, on_oauth_error)
    app.register_error_handler(InvalidClientMetadata, on_invalid_metadata)
    app.register_error_handler(PageError, on_page_error)
    app.register_error_handler(StoreUnavailable, on_unavailable)
    app.register_error_handler(MemoryError, on_unavailable)
    app.register_error_handler(UnknownAlgorithm, on_unavailable)
    app.register_error_handler(HTTPException, on_http_exception)


def on_oauth_error(error: OAuth2Error) -> Response:
    """Answer a client in JSON (RFC 6749 §5.2), a person with a page."""
    if not is_for_machines():
        return error_page(str(error.error), fatal_message(error), 400)
    if error.error == InvalidClientError.error and has_failed_too_often(error):
        return too_many_failures()
    return token_error(error)


def on_invalid_metadata(error: InvalidClientMetadata) -> Response:
    """Tell a client what cannot be registered (RFC 7591 §3.2.2)."""
    return json_response(json.dumps({"error": error.error, "error_description": error.description}), 400)


def too_many_failures() -> Response:
    """Tell a client that cannot prove itself to stop trying for a while (RFC 6585 §4)."""
    body = {
        "error": InvalidClientError.error,
        "error_description": "Client authentication failed too often; try again later.",
    }
    return json_response(json.dumps(body), 429, [("Retry-After", str(FAILURES.seconds))])


def token_error(error: OAuth2Error) -> Response:
    """Return the error response of RFC 6749 §5.2; 401 names the scheme that a client may use."""
    status = 401 if error.error == InvalidClientError.error else error.status_code
    body = {"error": error.error}
    if error.description:
        body["error_description"] = error.description
    challenge = [("WWW-Authenticate", 'Basic realm="paper"')] if status == 401 else []
    return json_response(json.dumps(body), status, challenge)


def bearer_error(
    status: int, error: str | None = None, description: str = "", scope: str = "", **more: str
) -> Response:
    """Return the challenge of RFC 6750 §3; without ``error`` when no token was sent.

    ``more`` are parameters of later specifications, such as ``resource_metadata`` (RFC 9728 §5.1).
    """
    fields = {"realm": "paper", "error": error, "error_description": description, "scope": scope, **more}
    challenge = ", ".join(f'{name}="{value}"' for name, value in fields.items() if value)
    body = {name: value for name, value in fields.items() if value and name.startswith("error")}
    return json_response(json.dumps(body), status, [("WWW-Authenticate", f"Bearer {challenge}")])


def dpop_error(error: DpopError, **more: str) -> Response:
    """Return the challenge of RFC 9449 §7.1 to a request whose DPoP proof does not count."""
    fields = {
        "error": error.error,
        "error_description": error.description,
        "algs": " ".join(ALGORITHMS),
        **more,
    }
    challenge = ", ".join(f'{name}="{value}"' for name, value in fields.items())
    body = {"error": error.error, "error_description": error.description}
    return json_response(json.dumps(body), 401, [("WWW-Authenticate", f"DPoP {challenge}")])


def on_page_error(error: PageError) -> Response:
    """Tell a person."""
    return error_page(error.code, error.message, error.status)


def on_unavailable(error: StoreUnavailable | MemoryError | UnknownAlgorithm) -> Response:
    """Say 503: the client may try again, nothing was acknowledged."""
    log.error("unavailable", reason=str(error).partition("\n")[0], request_id=request_id())
    if is_for_machines():
        body = {"error": "temporarily_unavailable", "error_description": "Please try again shortly."}
        response = json_response(json.dumps(body), 503)
    else:
        message = gettext("This service cannot answer at the moment. Please try again shortly.")
        response = error_page("temporarily_unavailable", message, 503)
    response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def on_http_exception(error: HTTPException) -> Response:
    """Answer 404, 405, 413, 415 and bugs alike, in the form that the caller reads."""
    if isinstance(error, InternalServerError):
        if isinstance(error.original_exception, StoreUnavailable):
            return on_unavailable(error.original_exception)
        log.error("internal_error", request_id=request_id(), exc_info=error.original_exception or error)
    status = error.code or 500
    code = "server_error" if status >= 500 else "invalid_request"
    if is_for_machines() or isinstance(error, BadHost):  # a page has links, and there are none without a host
        body = {"error": code, "error_description": _ascii(error.description or error.name)}
        response = json_response(json.dumps(body), status)
    else:
        response = error_page(code, _http_message(status), status)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def error_page(code: str, message: str, status: int) -> Response:
    """Return a page for a person: what is wrong, and what to quote."""
    page = render_template(
        "error.html",
        title=gettext("Something is not right"),
        message=message,
        detail=None,
        error_code=code,
        request_uid=request_id(),
    )
    return Response(page, status, mimetype="text/html")


def fatal_message(error: OAuth2Error) -> str:
    """Say why nobody was redirected, in words that stay the same (RFC 6749 §4.1.2.1)."""
    words = {
        "MissingClientIdError": gettext("The application did not say who it is."),
        "InvalidClientIdError": gettext("This application is not registered here."),
        "MissingRedirectURIError": gettext("The application did not say where to return to."),
        "MismatchingRedirectURIError": gettext(
            "The address to return to is not registered for this application."
        ),
        "InvalidRedirectURIError": gettext("The address to return to is malformed."),
    }
    general = gettext("The application sent a request that cannot be understood.")
    return str(words.get(type(error).__name__, general))


def _http_message(status: int) -> str:
    messages = {
        404: gettext("There is no such page."),
        405: gettext("This page does not take such a request."),
        413: gettext("That is more than this service accepts."),
    }
    general = gettext("The request cannot be understood.")
    if status >= 500:
        general = gettext("This service has met an error of its own. It has been recorded.")
    return str(messages.get(status, general))


def _ascii(text: str) -> str:
    """Return ``text`` in the characters that an error description may hold (RFC 6749 §5.2)."""
    return "".join(char for char in text if " " <= char <= "~" and char not in '"\\')
