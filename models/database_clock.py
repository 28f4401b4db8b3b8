"""The time of the database server: one clock for every node."""

import time
from collections.abc import Callable

from sqlalchemy import Float, cast, func, select

from models.database import Database
from models.errors import StoreUnavailable

AGAIN_SECONDS = 60
RETRY_SECONDS = 1
SLOW_SECONDS = 1  # an answer that took longer says too little about when it was given


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
        self._ahead = 0.0
        self._due = 0.0
        self._measure()

    def __call__(self) -> int:
        """Return the time as NumericDate: whole seconds since 1970 UTC."""
        if self._elapsed() >= self._due:
            self._measure()
        return int(self._wall() - self._ahead)

    def _measure(self) -> None:
        self._due = self._elapsed() + RETRY_SECONDS  # meanwhile other threads go on with what is known
        before = self._wall()
        try:
            ((there,),) = self._database.run(self._statement, {})
        except StoreUnavailable:
            return
        took = self._wall() - before
        if 0 <= took <= SLOW_SECONDS:
            self._ahead = before + took / 2 - float(there)
            self._due = self._elapsed() + AGAIN_SECONDS
