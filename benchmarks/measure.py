"""One workload against one server, measured."""

import math
import socket
from collections.abc import Callable
from typing import NamedTuple

from benchmarks.load import Journey, drive
from benchmarks.process import Process

WARM_UP_SECONDS = 1.0
COLUMNS = ("per second", "p50 ms", "p95 ms", "p99 ms", "errors", "CPU s/1000")
HEADER = f"{'workload':<24}" + "".join(f"{name:>12}" for name in COLUMNS)


class Measured(NamedTuple):
    """What a workload reached; latencies in milliseconds, ``cpu`` in seconds for a thousand journeys."""

    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int
    cpu: float

    def line(self, name: str) -> str:
        """Return it as a line under ``HEADER``."""
        shown = (f"{self.per_second:.0f}", *(f"{each:.1f}" for each in (self.p50, self.p95, self.p99)))
        return f"{name:<24}" + "".join(f"{each:>12}" for each in (*shown, self.errors, f"{self.cpu:.2f}"))


def measure(
    journey: Callable[[], Journey], process: Process, port: int, *, seconds: float, connections: int
) -> Measured:
    """Warm up, then drive one workload for ``seconds``."""
    drive(journey, port=port, connections=connections, seconds=min(WARM_UP_SECONDS, seconds))
    before = process.cpu_seconds()
    result = drive(journey, port=port, connections=connections, seconds=seconds)
    done = len(result.latencies)
    if not done:
        return Measured(0, math.nan, math.nan, math.nan, result.errors, math.nan)
    cpu = 1000 * (process.cpu_seconds() - before) / done
    p50, p95, p99 = (result.percentile(share) for share in (0.5, 0.95, 0.99))
    return Measured(result.per_second, p50, p95, p99, result.errors, cpu)


def free_port() -> int:
    """Return a loopback port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
