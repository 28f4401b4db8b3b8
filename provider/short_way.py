"""The short way to the endpoints that programs call most: the same views, without Flask's search and hooks.

A request to one of ``PATHS`` is known by its path, has no page session, and gets headers that are always the
same. What makes an answer depend on more (``LONG_WAY``), a host that is none, and any other method go the way
of every other request; `tests/provider/test_short_way.py` holds the two ways against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, cast

from flask import Flask
from flask import Response as FlaskResponse
from flask.ctx import RequestContext
from flask.sessions import NullSession
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from provider import cors
from provider.headers import data_headers
from provider.metrics.recording import EXTENSION, begin_request, end_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATHS = ("/token", "/introspect", "/userinfo", "/revoke", "/jwks")
LONG_WAY = ("HTTP_ORIGIN", "HTTP_DPOP", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_UPGRADE")
NOT_A_BODY = frozenset({"HEAD", "OPTIONS"})


View = Callable[[], Response]


class WholeResponse(FlaskResponse):
    """A response that goes to the server as a list: servers send that in one piece, at half the cost."""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send the response; see ``werkzeug.wrappers.Response``."""
        if not self.is_sequence:
            return super().__call__(environ, start_response)
        body, status, headers = self.get_wsgi_response(environ)
        start_response(status, headers)
        return list(body)


class Way(NamedTuple):
    """An endpoint, and what every one of its answers says beside its own headers."""

    rule: Rule
    view: View
    headers: list[tuple[str, str]]


@lru_cache(maxsize=64)
def can_be_host(name: str) -> bool:
    """Whether a ``Host`` header may be so; Flask refuses one of which it can make no link."""
    try:
        name.encode("idna")
    except UnicodeError:
        return False
    return True


class ShortWays:
    """Answers plain requests to ``PATHS``.

    Args:
        app: whose views they are; all of them registered.
        prefix: the path of the issuer.
        is_https: whether browsers are to insist on https.
    """

    def __init__(self, app: Flask, prefix: str, *, is_https: bool) -> None:
        self._app = app
        self._no_session = NullSession()
        self._is_counted = EXTENSION in app.extensions
        local_paths = {prefix + path: path for path in PATHS}
        self._ways = {
            (method, rule.rule): Way(
                rule,
                cast(View, app.view_functions[rule.endpoint]),
                [*data_headers(is_https=is_https), *cors.fixed_headers(local_paths[rule.rule])],
            )
            for rule in app.url_map.iter_rules()
            if rule.rule in local_paths
            for method in (rule.methods or set()) - NOT_A_BODY
        }

    def find(self, environ: WSGIEnvironment) -> Way | None:
        """Return the way of a request; ``None`` for one that is not plain."""
        way = self._ways.get((environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")))
        if way is None or any(name in environ for name in LONG_WAY):
            return None
        return way if can_be_host(environ.get("HTTP_HOST", "")) else None

    def answer(self, way: Way, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Run the view as Flask would; an error is answered by Flask, hooks and all."""
        request = self._app.request_class(environ)
        request.url_rule, request.view_args = way.rule, {}
        with RequestContext(self._app, environ, request, self._no_session):
            try:
                if self._is_counted:
                    begin_request()
                response = way.view()
                if self._is_counted:
                    end_request(response)
            except Exception as error:
                return self._of_error(error)(environ, start_response)
        start_response(response.status, [*response.headers, *way.headers])
        return cast(list[bytes], response.response)  # every answer here is made in one piece

    def _of_error(self, error: Exception) -> Response:
        try:
            return self._app.finalize_request(self._app.handle_user_exception(error))
        except Exception as bug:
            return self._app.handle_exception(bug)
