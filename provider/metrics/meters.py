"""What is counted, in Prometheus' terms.

Where ``PROMETHEUS_MULTIPROC_DIR`` is set, the processes of one server count in files there, and each of them
can show the sum; elsewhere a process counts for itself.
"""

import os
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
MAX_CLIENTS = 500
OTHERS = "others"


class Meters:
    """Counts what happens in this process; any number of threads may use it."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "paper_http_request_duration_seconds",
            "Requests answered, and how long it took",
            ("endpoint", "status"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._tokens = Counter(
            "paper_token_responses",
            "Successful answers of the token endpoint",
            ("grant_type", "client_id"),
            registry=self._registry,
        )
        self._events = Counter(
            "paper_events", "Security events, such as signed_in", ("event",), registry=self._registry
        )
        self._lookups = Counter(
            "paper_client_lookups", "Clients looked up on the way of a request", registry=self._registry
        )
        self._reads = Counter(
            "paper_client_reads",
            "Clients read from the database, since the cache did not do",
            registry=self._registry,
        )
        self._requests_by_label: dict[tuple[str, int], Histogram] = {}
        self._tokens_by_label: dict[tuple[str, str], Counter] = {}
        self._clients: set[str] = set()

    def count_request(self, endpoint: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        child = self._requests_by_label.get((endpoint, status))
        if child is None:
            child = self._requests_by_label[endpoint, status] = self._requests.labels(endpoint, status)
        child.observe(seconds)

    def count_tokens(self, grant_type: str, client_id: str) -> None:
        """Count one successful token response; clients beyond the first 500 are counted as one."""
        child = self._tokens_by_label.get((grant_type, client_id))
        if child is None:
            child = self._tokens.labels(grant_type, self._name(client_id))
            if len(self._clients) < MAX_CLIENTS:
                self._tokens_by_label[grant_type, client_id] = child
        child.inc()

    def count_event(self, event: str) -> None:
        """Count one security event."""
        self._events.labels(event).inc()

    def count_lookup(self) -> None:
        """Count one client that was looked up."""
        self._lookups.inc()

    def count_read(self) -> None:
        """Count one client that had to be read from the database."""
        self._reads.inc()

    def exposition(self, more: Iterable[Collector] = ()) -> bytes:
        """Return everything in Prometheus' text format, that of ``more`` included."""
        registry = CollectorRegistry()
        if os.environ.get(DIRECTORY):
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        else:
            registry.register(self._registry)
        for collector in more:
            registry.register(collector)
        return generate_latest(registry)

    def _name(self, client_id: str) -> str:
        if client_id not in self._clients and len(self._clients) >= MAX_CLIENTS:
            return OTHERS
        self._clients.add(client_id)
        return client_id
