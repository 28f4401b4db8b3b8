"""Pruning, measured from inside and by another writer."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy.orm import Session

from benchmarks.rival import without_core, writing
from models.database import Database
from provider.foundations import now
from validators.pruning import Pruning

CONTROL_SECONDS = 10
WANTED_MS = 100
YEAR = 365 * 86400


class Batch(NamedTuple):
    """One transaction, in milliseconds: all of it, the commit in it, and how long it had no core."""

    took: float
    commit: float
    without_core: float


class Watched(Database):
    """A database that takes the time of its transactions."""

    batches: list[Batch]

    @contextmanager
    def session(self) -> Iterator[Session]:
        """See ``Database``; the time counts from when the lock was had."""
        with super().session() as session:
            session.connection()
            started, waited = time.perf_counter(), without_core()
            yield session
            committing = time.perf_counter()
        ended = time.perf_counter()
        times = (1000 * (ended - started), 1000 * (ended - committing), without_core() - waited)
        self.batches.append(Batch(*times))


def prune(database: Database, live: Sequence[bytes]) -> None:
    """Prune, and print how fast, with what another writer met meanwhile and met before."""
    with writing(database, live) as control:
        time.sleep(CONTROL_SECONDS)
    watched = Watched(database.url.render_as_string(hide_password=False))
    watched.batches = []
    with writing(database, live) as meanwhile:
        started, used = time.perf_counter(), time.process_time()
        rows = Pruning(watched, now, YEAR).prune()["grants"]
        seconds, cpu = time.perf_counter() - started, time.process_time() - used
    watched.dispose()
    print(
        f"pruned {rows} expired grants in {seconds:.1f} s, {rows / seconds:.0f} a second, {cpu:.1f} s of CPU"
    )
    for name in Batch._fields:
        worst = max(watched.batches, key=attrgetter(name))
        shown = ", ".join(
            f"{part.replace('_', ' ')} {value:.1f} ms" for part, value in worst._asdict().items()
        )
        print(f"of {len(watched.batches)} batches the one with the longest {name.replace('_', ' ')}: {shown}")
    print(control[0].line("another writer, nothing else going on"))
    print(meanwhile[0].line("another writer, during the prune"))
    if meanwhile[0].locked >= 0:
        print(f"wanted: a lock under {WANTED_MS} ms")
