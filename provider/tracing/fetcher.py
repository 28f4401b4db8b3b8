"""The way out, traced: which host was asked, and no more of the address."""

from typing import Any
from urllib.parse import urlsplit

from opentelemetry.trace import SpanKind

from provider.tracing.spans import Spans
from validators.fetcher import Fetcher


class TracedFetcher(Fetcher):
    """See ``Fetcher``; ``spans`` makes the spans."""

    def __init__(self, *arguments: Any, spans: Spans) -> None:
        super().__init__(*arguments)
        self._spans = spans

    def _get(self, url: str) -> bytes:
        with self._spans.child("GET", SpanKind.CLIENT, _told("GET", url)):
            return super()._get(url)

    def _posted(self, url: str, **content: Any) -> int:
        with self._spans.child("POST", SpanKind.CLIENT, _told("POST", url)) as span:
            status = super()._posted(url, **content)
            span.set_attribute("http.response.status_code", status)
            return status


def _told(method: str, url: str) -> dict[str, str]:
    attributes = {"http.request.method": method}
    try:
        host = urlsplit(url).hostname
    except ValueError:  # no address: the fetcher refuses it
        host = None
    return attributes if host is None else {**attributes, "server.address": host}
