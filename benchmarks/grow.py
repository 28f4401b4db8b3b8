"""``python -m benchmarks.grow``: what a grant costs when there are many, on SQLite and PostgreSQL.

Fills a store with grants in bulk, then measures the statements of the hot path, the size of a grant, and how
fast the expired ones go, with the longest time that one batch kept others from writing.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.bulk import fill, size_of
from benchmarks.stores import postgresql
from keys.master_key import MasterKeys
from models.database import Database
from provider.foundations import now
from provider.migrate import upgrade
from validators.credentials import GrantCredentials
from validators.direct_grants import DirectGrants
from validators.grants import Grants
from validators.pruning import Pruning

DAY = 86400
OPERATIONS = 4000
ROUNDS = 5
COLUMNS = ("grants", "find us", "insert us", "spend us", "bytes each", "filled in s")
HEADER = "".join(f"{name:>12}" for name in COLUMNS)


def main() -> None:
    """Print a table for each kind of database."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grow", description=__doc__)
    parser.add_argument("--grants", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--expired", type=int, default=100_000, help="how many rows to prune at the end")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    arguments = parser.parse_args()
    for name, store in (("sqlite", _sqlite), ("postgresql", postgresql)):
        if arguments.only in (None, name):
            print(f"\n{name}\n{HEADER}", flush=True)
            with store() as url:
                _grow(url, sorted(arguments.grants), arguments.expired)


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="paper-grow-", dir=os.environ.get("TMPDIR")) as folder:
        yield f"sqlite:///{Path(folder) / 'paper.db'}"


def _grow(url: str, sizes: list[int], expired: int) -> None:
    database = Database(url, sqlite_synchronous="NORMAL")
    upgrade(database)
    grants, stored = Grants(database), 0
    makes = DirectGrants(grants, GrantCredentials(MasterKeys.generate()), now)
    for size in sizes:
        started = time.perf_counter()
        ids = fill(database, size - stored, expires_at=now() + 30 * DAY)
        seconds, stored = time.perf_counter() - started, size
        find = _microseconds(lambda each: grants.find(each), ids)
        inserted = [
            makes.new(client_id="photos", user_id="ada", scope="openid email", resource="")
            for _ in range(OPERATIONS)
        ]
        insert = _microseconds(grants.insert, inserted)
        spend = _microseconds(lambda each: grants.spend(each, now=now(), expires_at=now() + DAY), inserted)
        each = size_of(database) / stored
        shown = (str(size), *(f"{value:.0f}" for value in (find, insert, spend, each)), f"{seconds:.1f}")
        print("".join(f"{value:>12}" for value in shown), flush=True)
    fill(database, expired, expires_at=now() - 1)
    _prune(database)
    database.dispose()


def _microseconds(operation: Callable[..., object], values: Sequence[object]) -> float:
    """Return the median of a few rounds, in microseconds for one operation; each value is used once."""
    share = len(values) // ROUNDS
    found = []
    for number in range(ROUNDS):
        started = time.perf_counter()
        for value in values[number * share : (number + 1) * share]:
            operation(value)
        found.append((time.perf_counter() - started) / share * 1e6)
    return statistics.median(found)


def _prune(database: Database) -> None:
    """Prune, and say how long the longest batch, which is one transaction, took."""
    times: list[float] = []
    run = database.run

    def timed(*arguments: object) -> object:
        started = time.perf_counter()
        rows = run(*arguments)  # type: ignore[arg-type]
        times.append(time.perf_counter() - started)
        return rows

    database.run = timed  # type: ignore[method-assign, assignment]
    started = time.perf_counter()
    rows = Pruning(database, now, 365 * DAY).prune()["grants"]
    seconds = time.perf_counter() - started
    print(
        f"pruned {rows} expired grants in {seconds:.1f} s, {rows / seconds:.0f} a second;"
        f" longest batch {1000 * max(times):.0f} ms (wanted: under 100)"
    )


if __name__ == "__main__":
    main()
