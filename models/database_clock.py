"""The time of the database server: one clock for every node."""

import time
from collections.abc import Callable

from sqlalchemy import Float, cast, func, select

from models.database import Database
from models.errors import StoreUnavailable

AGAIN_SECONDS = 60
RETRY_SECONDS = 1
TRIES = 3
SLOW_SECONDS = 1  # the longer an answer takes, the less it says about when it was given


class DatabaseClock:
    """This machine's clock, corrected by how far it is off the database server's.

    Nodes of one provider compare times that others have stored, such as when a refresh token was spent. Each
    measures its own error once a minute; as long as the database does not answer, the last figure holds, and
    before the first there is none.

    Args:
        database: a PostgreSQL database.
        wall: this machine's clock, seconds since 1970 UTC.
        elapsed: seconds that only ever grow.
    """

    def __init__(
        self,
        database: Database,
        wall: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._wall = wall
        self._elapsed = elapsed
        self._statement = database.compile(select(cast(func.extract("epoch", func.clock_timestamp()), Float)))
        self._ahead: float | None = None
        self._due = 0.0
        self._measure()

    def __call__(self) -> int:
        """Return the time as NumericDate: whole seconds since 1970 UTC."""
        if self._elapsed() >= self._due:
            self._measure()
        return int(self._wall() - (self._ahead or 0))

    def _measure(self) -> None:
        self._due = self._elapsed() + RETRY_SECONDS  # meanwhile other threads go on with what is known
        try:
            took, ahead = min(self._compare() for _ in range(TRIES))
        except StoreUnavailable:
            return
        if took <= SLOW_SECONDS or self._ahead is None:
            self._ahead = ahead
        if took <= SLOW_SECONDS:
            self._due = self._elapsed() + AGAIN_SECONDS

    def _compare(self) -> tuple[float, float]:
        """Return how long the database's answer took and how far this machine is ahead, both in seconds."""
        before, begun = self._wall(), self._elapsed()
        ((there,),) = self._database.run(self._statement, {})
        took = self._elapsed() - begun
        return took, before + took / 2 - float(there)
