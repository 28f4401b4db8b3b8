"""Logout tokens that are due: claimed by one process at a time, done once, or put off."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import bindparam, null, select, update

from models.database import Database
from models.logout_delivery import DELIVERED, GIVEN_UP, REFUSED, WAITING, LogoutDelivery

LEASE_SECONDS = 60
FIRST_DELAY_SECONDS = 10
LONGEST_DELAY_SECONDS = 3600
MAX_ERROR = 200
BATCH = 32


class DueLogout(NamedTuple):
    """One client that is to hear of the end of one sign-in."""

    id: int
    client_id: str
    user_id: str
    login_session_id: bytes
    tries: int
    give_up_at: int


COLUMNS = tuple(getattr(LogoutDelivery, field) for field in DueLogout._fields)
FIND_DUE = (
    select(*COLUMNS)
    .where(LogoutDelivery.next_try_at <= bindparam("now"))
    .order_by(LogoutDelivery.next_try_at, LogoutDelivery.id)
    .limit(BATCH)
)
IS_MINE = (
    LogoutDelivery.id == bindparam("delivery_id"),
    LogoutDelivery.tries == bindparam("seen"),
    LogoutDelivery.state == WAITING,
)
CLAIM = (
    update(LogoutDelivery)
    .where(*IS_MINE, LogoutDelivery.next_try_at <= bindparam("now"))
    .values(tries=LogoutDelivery.tries + 1, next_try_at=bindparam("lease_until"))
    .returning(*COLUMNS)
)
FINISH = (
    update(LogoutDelivery)
    .where(*IS_MINE)
    .values(state=bindparam("outcome"), next_try_at=null(), last_error=bindparam("problem"))
)
PUT_OFF = (
    update(LogoutDelivery)
    .where(*IS_MINE)
    .values(next_try_at=bindparam("later"), last_error=bindparam("problem"))
)
HOLD = (
    update(LogoutDelivery)
    .where(
        LogoutDelivery.client_id == bindparam("of_client"), LogoutDelivery.next_try_at < bindparam("later")
    )
    .values(next_try_at=bindparam("later"))
)


class LogoutQueue:
    """The rows of ``logout_deliveries`` that wait; each method is one statement in a transaction of its own.

    A claim is a lease: what its holder has not finished within a minute is due again, for anybody. So a
    logout token is delivered at least once, also when a process is killed.

    Args:
        database: where the rows are.
        clock: NumericDate.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._now = clock
        self._find_due = database.compile(FIND_DUE)
        self._claim = database.compile(CLAIM)
        self._finish = database.compile(FINISH)
        self._put_off = database.compile(PUT_OFF)
        self._hold = database.compile(HOLD)

    def due(self) -> list[DueLogout]:
        """Return some of what is due, what has waited longest first; nothing is claimed by that."""
        return [DueLogout._make(row) for row in self._database.run(self._find_due, {"now": self._now()})]

    def claim(self, found: DueLogout) -> DueLogout | None:
        """Return the row as it is now, for the caller alone; ``None`` when somebody else has it."""
        now = self._now()
        params = self._params(found) | {"now": now, "lease_until": now + LEASE_SECONDS}
        rows = self._database.run(self._claim, params)
        return DueLogout._make(rows[0]) if rows else None

    def is_over(self, claimed: DueLogout) -> bool:
        """Whether it has been tried before, without an outcome, and the time for it has passed."""
        return claimed.tries > 1 and claimed.give_up_at <= self._now()

    def succeed(self, claimed: DueLogout) -> None:
        """The client has been told."""
        self._finish_as(claimed, DELIVERED, None)

    def refuse(self, claimed: DueLogout, problem: str) -> None:
        """The client has refused the token: sending another would not help (§2.5)."""
        self._finish_as(claimed, REFUSED, problem)

    def give_up(self, claimed: DueLogout, problem: str) -> None:
        """Nobody can be told any more."""
        self._finish_as(claimed, GIVEN_UP, problem)

    def put_off(self, claimed: DueLogout, problem: str) -> bool:
        """Try again later, each time after a longer wait; false when the time for it is over.

        Whatever else waits for the same client waits for the shortest delay: one client that does not
        answer does not hold up the others.
        """
        now = self._now()
        later = now + delay_seconds(claimed.tries)
        if later >= claimed.give_up_at:
            self.give_up(claimed, problem)
            return False
        self._database.run(self._hold, {"of_client": claimed.client_id, "later": now + FIRST_DELAY_SECONDS})
        params = self._params(claimed) | {"later": later, "problem": problem[:MAX_ERROR]}
        self._database.run(self._put_off, params)
        return True

    def _finish_as(self, claimed: DueLogout, outcome: str, problem: str | None) -> None:
        said = None if problem is None else problem[:MAX_ERROR]
        self._database.run(self._finish, self._params(claimed) | {"outcome": outcome, "problem": said})

    @staticmethod
    def _params(row: DueLogout) -> dict[str, object]:
        return {"delivery_id": row.id, "seen": row.tries}


def delay_seconds(tries: int) -> int:
    """Return how long to wait after so many failures: 10 seconds, doubled each time, an hour at most."""
    return min(FIRST_DELAY_SECONDS << min(tries - 1, 20), LONGEST_DELAY_SECONDS)
