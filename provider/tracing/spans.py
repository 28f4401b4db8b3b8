"""Spans, made so that nothing secret gets into one: a name, and the few attributes that a caller gives.

An exception leaves its type alone; its text and its trace, which the SDK would add, may hold anything.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Thread

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, StatusCode, get_current_span

SERVICE = "paper"
CLOSE_SECONDS = 2.0  # a server that waits for longer is killed
ERROR_TYPE = "error.type"
Attributes = Mapping[str, str | int]


class BadTracing(Exception):
    """OpenTelemetry refuses what its ``OTEL_`` variables say; ``str()`` says why in one line."""


class Spans:
    """Makes the span of a request, and those of what happens in it."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer(SERVICE)

    def close(self) -> None:
        """Export what is left, if the collector takes it in time, and stop."""
        ending = Thread(target=self._provider.shutdown, daemon=True)
        ending.start()
        ending.join(CLOSE_SECONDS)

    @contextmanager
    def request(self, context: Context, attributes: Attributes) -> Iterator[Span]:
        """Trace a request, in a trace of its own or in the one that ``context`` names."""
        with (
            self._tracer.start_as_current_span(
                "request",
                context,
                kind=SpanKind.SERVER,
                attributes=attributes,
                record_exception=False,
                set_status_on_exception=False,
            ) as span,
            _failure_told(span),
        ):
            yield span

    @contextmanager
    def child(self, name: str, kind: SpanKind, attributes: Attributes) -> Iterator[Span]:
        """Trace a part of the current request; outside of one nothing is traced."""
        span = self.start(name, kind, attributes)
        try:
            with _failure_told(span):
                yield span
        finally:
            span.end()

    def start(self, name: str, kind: SpanKind, attributes: Attributes) -> Span:
        """Return the span of a part of the current request, for a caller who ends it."""
        if not get_current_span().is_recording():
            return INVALID_SPAN
        return self._tracer.start_span(name, kind=kind, attributes=attributes)


def exported_spans() -> Spans:
    """Return spans that go where the ``OTEL_`` variables say, sampled and batched as they say.

    Raises:
        BadTracing: they cannot be used.
    """
    try:
        exporter, named = OTLPSpanExporter(), OTELResourceDetector().detect()
        resource = Resource.create({SERVICE_NAME: SERVICE}).merge(named)
        provider = TracerProvider(resource=resource)
        provider.add_span_processor(BatchSpanProcessor(exporter))
    except (ValueError, OSError) as error:
        raise BadTracing(f"OTEL_ variables: {error}") from error
    return Spans(provider)


def why_not() -> str | None:
    """Return why spans cannot be exported as the ``OTEL_`` variables say; ``None`` when they can."""
    try:
        exported_spans().close()
    except BadTracing as error:
        return str(error)
    return None


def fail(span: Span, error_type: str) -> None:
    """Mark ``span`` as failed."""
    span.set_attribute(ERROR_TYPE, error_type)
    span.set_status(StatusCode.ERROR)


@contextmanager
def _failure_told(span: Span) -> Iterator[Span]:
    try:
        yield span
    except Exception as error:
        fail(span, type(error).__name__)
        raise
