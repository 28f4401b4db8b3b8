"""The span of each request: its endpoint, method, status and id, whichever way it goes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from opentelemetry.context import Context
from opentelemetry.trace import Span, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from provider.client_address import Networks, is_in
from provider.metrics.recording import NO_ENDPOINT
from provider.request_id import request_id
from provider.tracing.spans import Spans, fail

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"})
OTHER_METHOD = "_OTHER"
TRACE_HEADERS = ("traceparent", "tracestate")  # W3C Trace Context


def trace_requests(app: Flask, spans: Spans, believed: Networks) -> None:
    """Trace every request of ``app``; go on with the traces of callers in ``believed``."""
    app.wsgi_app = TracedApplication(app.wsgi_app, spans, believed)  # type: ignore[method-assign]
    app.teardown_request(_name_span)


class TracedApplication:
    """An application, and a span around each of its answers.

    Args:
        application: what answers.
        spans: what makes spans.
        believed: whose ``traceparent`` counts.
    """

    def __init__(self, application: WSGIApplication, spans: Spans, believed: Networks) -> None:
        self._application = application
        self._spans = spans
        self._believed = believed
        self._propagator = TraceContextTextMapPropagator()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        method = environ["REQUEST_METHOD"]
        attributes = {"http.request.method": method if method in METHODS else OTHER_METHOD}
        with self._spans.request(self._context(environ), attributes) as span:

            def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
                _set_status(span, int(status[:3]))
                return start_response(status, headers, *more)

            return self._application(environ, start)

    def _context(self, environ: WSGIEnvironment) -> Context:
        if not is_in(environ.get("REMOTE_ADDR", ""), self._believed):
            return Context()
        names = {name: "HTTP_" + name.upper() for name in TRACE_HEADERS}
        sent = {name: environ[key] for name, key in names.items() if key in environ}
        return self._propagator.extract(sent, Context())


def _set_status(span: Span, status: int) -> None:
    span.set_attribute("http.response.status_code", status)
    if status >= 500:
        fail(span, str(status))


def _name_span(_error: BaseException | None) -> None:
    """Tell what Flask knows, at the end of a request: its rule, never its address."""
    span = get_current_span()
    span.update_name(request.endpoint or NO_ENDPOINT)
    span.set_attribute("paper.request_id", request_id())
    if request.url_rule is not None:
        span.set_attribute("http.route", request.url_rule.rule)
