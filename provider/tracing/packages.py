"""The packages that traces need; they are an extra, and nothing here imports them."""

from importlib.util import find_spec

LOCK = "requirements-tracing.lock"
NEEDED = ("opentelemetry.sdk.trace", "opentelemetry.exporter.otlp.proto.http.trace_exporter")


def are_installed() -> bool:
    """Whether this Python has all of them."""
    try:
        return all(find_spec(name) is not None for name in NEEDED)
    except ModuleNotFoundError:  # a package on the way to it
        return False
