"""``python -m benchmarks``: requests per second, latencies and memory of one worker on one core."""

import argparse
from collections.abc import Iterator

from benchmarks.measure import HEADER, free_port, measure
from benchmarks.process import use_client_core
from benchmarks.server import running
from benchmarks.stores import postgresql
from benchmarks.workloads import documents, own_workloads, workloads

ENOUGH_SECONDS = 1.0
MAX_WORKER_MB = 120


def main() -> None:
    """Print a table for each way of running Paper."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="how long each workload runs")
    parser.add_argument("--connections", type=int, default=16, help="keep-alive connections")
    parser.add_argument("--only", default="", help="only stores whose title holds this")
    arguments = parser.parse_args()
    use_client_core()
    for title, environment in _stores():
        if arguments.only.lower() in title.lower():
            print(f"\n{title}\n{HEADER}")
            _table(environment, seconds=arguments.seconds, connections=arguments.connections)


def _stores() -> Iterator[tuple[str, dict[str, str]]]:
    yield "SQLite, synchronous=FULL (the default)", {}
    yield "SQLite, synchronous=NORMAL", {"PAPER_SQLITE_SYNCHRONOUS": "NORMAL"}
    with postgresql() as url:
        yield "PostgreSQL", {"PAPER_DATABASE_URL": url}


def _table(environment: dict[str, str], *, seconds: float, connections: int) -> None:
    port = free_port()
    with running(port, environment) as (process, target):
        for name, journey in {**workloads(target), **own_workloads(target), **documents(target)}.items():
            found = measure(journey, process, port, seconds=seconds, connections=connections)
            print(found.line(name), flush=True)
        print(
            f"cold start {process.cold_start_seconds:.2f} s (wanted: under {ENOUGH_SECONDS:.0f});"
            f" resident {process.resident_mb():.0f} MB, of which the worker {process.worker_mb():.0f} MB"
            f" (wanted: under {MAX_WORKER_MB})"
        )


if __name__ == "__main__":
    main()
