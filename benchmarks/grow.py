"""``python -m benchmarks.grow``: what a grant costs when there are many, on SQLite and PostgreSQL.

Fills a store with grants in bulk, then measures the statements of the hot path, whole requests, the size of
a grant, and how fast the expired ones go, beside what another writer meets meanwhile and met when idle.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.bulk import fill, size_of
from benchmarks.measure import free_port, measure
from benchmarks.process import Process, use_client_core, use_every_core
from benchmarks.prune import prune
from benchmarks.server import running
from benchmarks.stores import postgresql
from benchmarks.target import Target
from benchmarks.workloads import workloads
from keys.master_key import MasterKeys
from models.database import Database
from provider.foundations import now
from validators.credentials import GrantCredentials
from validators.direct_grants import DirectGrants
from validators.grants import Grants

DAY = 86400
OPERATIONS = 4000
ROUNDS = 5
REQUESTS = ("introspection", "refresh", "code flow")
COLUMNS = ("grants", "find us", "insert us", "spend us", *(f"{name} us" for name in REQUESTS), "bytes each")
HEADER = "".join(f"{name:>18}" for name in COLUMNS)


def main() -> None:
    """Print a table for each kind of database."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grow", description=__doc__)
    parser.add_argument("--grants", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--expired", type=int, default=100_000, help="how many rows to prune at the end")
    parser.add_argument("--seconds", type=float, default=2, help="how long a round of requests lasts")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    arguments = parser.parse_args()
    for name, store in (("sqlite", _sqlite), ("postgresql", postgresql)):
        if arguments.only in (None, name):
            print(f"\n{name}: wall / CPU time of the best of {ROUNDS} rounds\n{HEADER}", flush=True)
            with store() as url:
                _grow(url, sorted(arguments.grants), arguments.expired, arguments.seconds)


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="paper-grow-", dir=os.environ.get("TMPDIR")) as folder:
        yield f"sqlite:///{Path(folder) / 'paper.db'}"


def _grow(url: str, sizes: list[int], expired: int, seconds: float) -> None:
    # What a disk takes to sync has nothing to do with the number of grants, and varies much.
    database = Database(url, sqlite_synchronous="NORMAL")
    variables = {"PAPER_DATABASE_URL": url, "PAPER_SQLITE_SYNCHRONOUS": "NORMAL"}
    ids, port = list[bytes](), free_port()
    use_client_core()
    with running(port, variables) as (process, target):
        for size, more in zip(sizes, _differences(sizes), strict=True):
            ids = fill(database, more, expires_at=now() + 30 * DAY)
            statements = _statements(database, ids)
            requests = [_request(name, process, target, seconds) for name in REQUESTS]
            shown = (str(size), *statements, *requests, f"{size_of(database) / size:.0f}")
            print("".join(f"{value:>18}" for value in shown), flush=True)
    fill(database, expired, expires_at=now() - 1)
    use_every_core()
    prune(database, ids)
    database.dispose()


def _differences(sizes: list[int]) -> list[int]:
    return [size - smaller for size, smaller in zip(sizes, [0, *sizes], strict=False)]


def _statements(database: Database, ids: list[bytes]) -> list[str]:
    """Return what finding, inserting and spending a grant take."""
    grants = Grants(database)
    makes = DirectGrants(grants, GrantCredentials(MasterKeys.generate()), now)
    new = [
        makes.new(client_id="photos", user_id="ada", scope="openid email", resource="")
        for _ in range(OPERATIONS)
    ]
    return [
        _microseconds(lambda each: grants.find(each), ids),
        _microseconds(grants.insert, new),
        _microseconds(lambda each: grants.spend(each, now=now(), expires_at=now() + DAY), new),
    ]


def _microseconds(operation: Callable[..., object], values: Sequence[object]) -> str:
    """Return wall and this process's CPU time of one operation; each value is used once."""
    share = len(values) // ROUNDS
    found = []
    for number in range(ROUNDS):
        started, used = time.perf_counter(), time.process_time()
        for value in values[number * share : (number + 1) * share]:
            operation(value)
        wall, cpu = time.perf_counter() - started, time.process_time() - used
        found.append((wall / share * 1e6, cpu / share * 1e6))
    return " / ".join(f"{min(times):.0f}" for times in zip(*found, strict=True))


def _request(name: str, process: Process, target: Target, seconds: float) -> str:
    """Return wall and the server's CPU time of one journey of a busy worker."""
    found = [
        measure(workloads(target)[name], process, target.port, seconds=seconds, connections=16)
        for _ in range(ROUNDS)
    ]
    assert not sum(each.errors for each in found)
    return f"{1e6 / max(each.per_second for each in found):.0f} / {min(each.cpu for each in found) * 1e3:.0f}"


if __name__ == "__main__":
    main()
