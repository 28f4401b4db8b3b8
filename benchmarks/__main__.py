"""``python -m benchmarks``: requests per second, latencies and memory of one worker on one core."""

import argparse
import os
import socket

from benchmarks.load import drive
from benchmarks.server import CLIENT_CORE, RunningServer, running
from benchmarks.workloads import seed, workloads

HEADER = f"{'workload':<14}{'per second':>12}{'p50 ms':>10}{'p99 ms':>10}{'errors':>8}{'CPU s/1000':>12}"


def main() -> None:
    """Print a table for each way of running Paper."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="how long each workload runs")
    parser.add_argument("--connections", type=int, default=16, help="keep-alive connections")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {CLIENT_CORE % (os.cpu_count() or 1)})
    for title, environment in (
        ("SQLite, synchronous=FULL", {}),
        ("SQLite, synchronous=NORMAL", {"PAPER_SQLITE_SYNCHRONOUS": "NORMAL"}),
    ):
        with running(_free_port(), **environment) as server:
            print(f"\n{title}")
            measure(server, seconds=arguments.seconds, connections=arguments.connections)


def measure(server: RunningServer, *, seconds: float, connections: int) -> None:
    """Run every workload and print its line."""
    print(HEADER)
    for name, journey in workloads(seed(server.services)).items():
        drive(journey, port=server.port, connections=connections, seconds=min(1, seconds))
        before = server.cpu_seconds()
        result = drive(journey, port=server.port, connections=connections, seconds=seconds)
        cpu = 1000 * (server.cpu_seconds() - before) / max(1, len(result.latencies))
        print(
            f"{name:<14}{result.per_second:>12.0f}{result.percentile(0.5):>10.1f}"
            f"{result.percentile(0.99):>10.1f}{result.errors:>8}{cpu:>12.2f}"
        )
    print(
        f"cold start {server.cold_start_seconds:.2f} s; resident {server.resident_mb():.0f} MB,"
        f" of which the worker {server.worker_mb():.0f} MB"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
