"""What is due to be delivered to clients: claimed by one process at a time, done once, or put off."""

from collections.abc import Callable
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from sqlalchemy import bindparam, null, select, update

from models.database import Database
from models.logout_delivery import DELIVERED, GIVEN_UP, REFUSED, WAITING

LEASE_SECONDS = 60
FIRST_DELAY_SECONDS = 10
LONGEST_DELAY_SECONDS = 3600
MAX_ERROR = 200
BATCH = 32


class Due(Protocol):
    """What every row that waits for a client has."""

    @property
    def id(self) -> int:
        """The row's."""

    @property
    def client_id(self) -> str:
        """Who is to hear."""

    @property
    def user_id(self) -> str:
        """Of whom."""

    @property
    def tries(self) -> int:
        """How often it was sent, or begun to be."""

    @property
    def give_up_at(self) -> int:
        """When the time for it is over, NumericDate."""


class _Statements(NamedTuple):
    find_due: Any
    claim: Any
    finish: Any
    put_off: Any
    hold: Any


Row = TypeVar("Row", bound=Due)


class DeliveryQueue(Generic[Row]):
    """The rows of one table that wait; each method is one statement in a transaction of its own.

    A claim is a lease: what its holder has not finished within a minute is due again, for anybody. So
    everything is delivered at least once, also when a process is killed.

    Args:
        database: where the rows are.
        clock: NumericDate.
        table: the mapped table; it has ``state`` and ``next_try_at`` beside what ``Due`` says.
        row: a ``NamedTuple`` of some of its columns.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int], table: Any, row: Any) -> None:
        self._database = database
        self._now = clock
        self._row = row
        self._statements = _Statements._make(map(database.compile, _statements(table, self._row._fields)))

    def due(self) -> list[Row]:
        """Return some of what is due, what has waited longest first; nothing is claimed by that."""
        rows = self._database.run(self._statements.find_due, {"now": self._now()})
        return [self._row._make(row) for row in rows]

    def claim(self, found: Row) -> Row | None:
        """Return the row as it is now, for the caller alone; ``None`` when somebody else has it."""
        now = self._now()
        params = self._params(found) | {"now": now, "lease_until": now + LEASE_SECONDS}
        rows = self._database.run(self._statements.claim, params)
        return self._row._make(rows[0]) if rows else None

    def is_over(self, claimed: Row) -> bool:
        """Whether it has been tried before, without an outcome, and the time for it has passed."""
        return claimed.tries > 1 and claimed.give_up_at <= self._now()

    def succeed(self, claimed: Row) -> None:
        """The client has been told."""
        self._finish_as(claimed, DELIVERED, None)

    def refuse(self, claimed: Row, problem: str) -> None:
        """The client has refused it: sending it again would not help."""
        self._finish_as(claimed, REFUSED, problem)

    def give_up(self, claimed: Row, problem: str) -> None:
        """Nobody can be told any more."""
        self._finish_as(claimed, GIVEN_UP, problem)

    def put_off(self, claimed: Row, problem: str) -> bool:
        """Try again later, each time after a longer wait; false when the time for it is over.

        Whatever else waits for the same client waits for the shortest delay: one client that does not
        answer does not hold up the others.
        """
        now = self._now()
        later = now + delay_seconds(claimed.tries)
        if later >= claimed.give_up_at:
            self.give_up(claimed, problem)
            return False
        held = {"of_client": claimed.client_id, "later": now + FIRST_DELAY_SECONDS}
        self._database.run(self._statements.hold, held)
        params = self._params(claimed) | {"later": later, "problem": problem[:MAX_ERROR]}
        self._database.run(self._statements.put_off, params)
        return True

    def _finish_as(self, claimed: Row, outcome: str, problem: str | None) -> None:
        said = None if problem is None else problem[:MAX_ERROR]
        self._database.run(
            self._statements.finish, self._params(claimed) | {"outcome": outcome, "problem": said}
        )

    @staticmethod
    def _params(row: Row) -> dict[str, object]:
        return {"delivery_id": row.id, "seen": row.tries}


def delay_seconds(tries: int) -> int:
    """Return how long to wait after so many failures: 10 seconds, doubled each time, an hour at most."""
    return min(FIRST_DELAY_SECONDS << min(tries - 1, 20), LONGEST_DELAY_SECONDS)


def _statements(table: Any, fields: tuple[str, ...]) -> _Statements:
    columns = tuple(getattr(table, field) for field in fields)
    is_due = table.next_try_at <= bindparam("now")
    is_mine = (table.id == bindparam("delivery_id"), table.tries == bindparam("seen"), table.state == WAITING)
    change, change_mine = update(table), update(table).where(*is_mine)
    return _Statements(
        find_due=select(*columns).where(is_due).order_by(table.next_try_at, table.id).limit(BATCH),
        claim=change_mine.where(is_due)
        .values(tries=table.tries + 1, next_try_at=bindparam("lease_until"))
        .returning(*columns),
        finish=change_mine.values(
            state=bindparam("outcome"), next_try_at=null(), last_error=bindparam("problem")
        ),
        put_off=change_mine.values(next_try_at=bindparam("later"), last_error=bindparam("problem")),
        hold=change.where(
            table.client_id == bindparam("of_client"), table.next_try_at < bindparam("later")
        ).values(next_try_at=bindparam("later")),
    )
