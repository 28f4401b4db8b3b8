"""``python -m benchmarks.workers``: throughput with 1, 2 and 4 workers, and how evenly they share the work.

The workers and the load generator share all cores: with two, more than one worker can gain little.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

from benchmarks.measure import HEADER, free_port, measure
from benchmarks.server import running
from benchmarks.stores import postgresql
from benchmarks.workloads import workloads
from provider.serve import METRICS_FOLDER

COUNTED = "paper_http_request_duration_seconds_bucket"
WORKLOADS = ("client credentials", "introspection", "refresh", "code flow")


def main() -> None:
    """Print a table for each kind of database."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workers", description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--seconds", type=float, default=5, help="how long each workload runs")
    parser.add_argument("--connections", type=int, default=16, help="keep-alive connections")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    arguments = parser.parse_args()
    for name in ("sqlite", "postgresql"):
        for workers in arguments.workers if arguments.only in (None, name) else ():
            print(f"\n{name}, {workers} workers\n{HEADER}   requests of each worker", flush=True)
            with _store(name) as environment:
                _table(workers, environment, arguments.seconds, arguments.connections)


@contextmanager
def _store(name: str) -> Iterator[dict[str, str]]:
    if name == "sqlite":
        yield {}
        return
    with postgresql() as url:
        yield {"PAPER_DATABASE_URL": url}


def _table(workers: int, environment: dict[str, str], seconds: float, connections: int) -> None:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="paper-workers-") as folder:
        counting = {METRICS_FOLDER: folder, "PAPER_METRICS_TOKEN": "0" * 32, "PAPER_WORKERS": str(workers)}
        with running(port, counting | environment, is_pinned=False) as (process, target):
            for name in WORKLOADS:
                before = _requests(Path(folder))
                found = measure(
                    workloads(target)[name], process, port, seconds=seconds, connections=connections
                )
                done = [count - before.get(pid, 0) for pid, count in _requests(Path(folder)).items()]
                print(f"{found.line(name)}   {' '.join(map(str, sorted(done)))}", flush=True)


def _requests(folder: Path) -> dict[str, int]:
    """Return how many requests each worker has answered, by its process id."""
    found = {}
    for path in folder.glob("histogram_*.db"):
        values = MmapedDict.read_all_values_from_file(str(path))  # type: ignore[no-untyped-call]
        found[path.stem] = int(sum(value for key, value, *_ in values if COUNTED in key))
    return found


if __name__ == "__main__":
    main()
