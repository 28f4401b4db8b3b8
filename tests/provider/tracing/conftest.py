"""A provider that traces, and what it has exported."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from provider.settings import Settings
from provider.tracing import spans
from provider.wiring import Services

Exported = Callable[[], list[ReadableSpan]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, tracing="yes")


@pytest.fixture(autouse=True)
def collector(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Stands where the network begins."""
    collector = InMemorySpanExporter()
    monkeypatch.setattr(spans, "OTLPSpanExporter", lambda: collector)
    return collector


@pytest.fixture
def exported(services: Services, collector: InMemorySpanExporter) -> Exported:
    """Return every span that has ended since the last look, in the order of their ends."""

    def look() -> list[ReadableSpan]:
        assert services.spans is not None
        services.spans._provider.force_flush()
        found = list(collector.get_finished_spans())
        collector.clear()
        return found

    return look
