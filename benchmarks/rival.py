"""Another process that writes as requests do, to see for how long it cannot."""

import multiprocessing
import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from models.database import Database
from provider.foundations import now
from validators.grants import Grants

DAY = 86400
POLL_SECONDS = 0.0003
PAUSE_SECONDS = 0.002


class Waits(NamedTuple):
    """What the process met, in milliseconds: the longest lock it saw, and its own writes.

    Attributes:
        writes: how many it made.
        locked: the longest that SQLite's write lock was taken, looked at every third of a millisecond.
        longest: the longest write, with the wait before it and the disk's sync after it.
        p99: what 99 of 100 writes stay under.
        without_core: how long it stood ready in all while other work had both cores.
    """

    writes: int
    locked: float
    longest: float
    p99: float
    without_core: float

    def line(self, name: str) -> str:
        """Return it in words."""
        lock = f"lock seen taken for at most {self.locked:.1f} ms; " if self.locked >= 0 else ""
        return (
            f"{name}: {lock}{self.writes} writes, 99 of 100 under {self.p99:.1f} ms,"
            f" the longest {self.longest:.1f} ms; {self.without_core:.0f} ms in all without a core"
        )


@contextmanager
def writing(database: Database, ids: Sequence[bytes]) -> Iterator[list[Waits]]:
    """Let another process spend the grants ``ids`` until the end of the block; its list holds what it met."""
    here, there = multiprocessing.Pipe()
    url = database.url.render_as_string(hide_password=False)
    process = multiprocessing.get_context("spawn").Process(target=_write, args=(url, ids, there))
    process.start()
    there.close()  # so that its end, if it fails, is noticed
    found: list[Waits] = []
    try:
        here.recv()  # it has begun
        yield found
        here.send(None)
        found.append(here.recv())
    finally:
        process.join()


def without_core() -> float:
    """Return the milliseconds that this thread has stood ready without a core (Linux)."""
    return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e6


def _write(url: str, ids: Sequence[bytes], there: Connection) -> None:
    database = Database(url)
    grants = Grants(database)
    lock = sqlite3.connect(str(database.url.database), timeout=0) if database.is_sqlite else None
    locked, times = [0.0 if lock else -1.0], []
    began = without_core()
    there.send(None)
    while not there.poll():
        record = grants.find(secrets.choice(ids))
        assert record is not None
        started = time.perf_counter()
        assert grants.spend(record, now=now(), expires_at=now() + 30 * DAY)
        times.append(1000 * (time.perf_counter() - started))
        if lock is not None:
            locked.append(1000 * _taken(lock))
        time.sleep(PAUSE_SECONDS)
    times.sort()
    p99 = times[int(0.99 * len(times))]
    there.send(Waits(len(times), max(locked), times[-1], p99, without_core() - began))
    database.dispose()


def _taken(lock: sqlite3.Connection) -> float:
    """Wait until the write lock is free, without queueing for it; return the seconds."""
    started = time.perf_counter()
    while True:
        try:
            lock.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            time.sleep(POLL_SECONDS)
        else:
            lock.rollback()
            return time.perf_counter() - started
