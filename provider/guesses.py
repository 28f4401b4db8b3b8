"""Guesses at secrets: the first few at once, the next ones ever more slowly, however many come together."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from provider.limits import Limits
from validators.handles import handle_of

DAY_SECONDS = 86400
FIRST_WAIT_SECONDS = 4


class Pace(NamedTuple):
    """How fast one thing may be guessed at.

    Attributes:
        name: what is guessed, and from where.
        free: wrong guesses that nobody waits after.
        longest_seconds: where the wait stops doubling; a power of two.
        period_seconds: after so long guesses are counted anew.
    """

    name: str
    free: int
    longest_seconds: int
    period_seconds: int = DAY_SECONDS


ACCOUNT = Pace("account", 5, 512)
"""Guesses at one person from anywhere, by name and by e-mail address together."""

Charge = tuple[Pace, str]


class Attempt(NamedTuple):
    """One guess, counted before anybody looks whether it is right.

    Attributes:
        wait_seconds: 0: it may be judged; otherwise it is refused unseen, and the next has to wait so long.
        charges: what it was counted for.
    """

    wait_seconds: int
    charges: tuple[Charge, ...] = ()


class Guesses:
    """Counts wrong guesses.

    After the free ones time is cut into slots as long as the wait, one guess a slot and none in the slot
    after it; each guess doubles the length. Whoever counts a slot first has it, so threads and processes
    that guess at once get one guess between them. A refused guess makes nobody wait longer.

    Args:
        limits: where it is counted.
        clock: NumericDate.

    Raises:
        StoreUnavailable: from every method, when the store of limits cannot be reached.
    """

    def __init__(self, limits: Limits, clock: Callable[[], int]) -> None:
        self._limits = limits
        self._now = clock

    def begin(self, charges: Sequence[Charge]) -> Attempt:
        """Count a guess for everything in ``charges``; for nothing when one of them has to wait."""
        counted: list[Charge] = []
        for pace, key in charges:
            wait_seconds = self._count(pace, key)
            if wait_seconds:
                self.forgive(Attempt(0, tuple(counted)))
                return Attempt(wait_seconds)
            counted.append((pace, key))
        return Attempt(0, tuple(counted))

    def forgive(self, attempt: Attempt) -> None:
        """Take back a guess that was right: what succeeds does not count."""
        for pace, key in attempt.charges:
            slow = self._name(pace, "slow")
            name = slow if self._limits.read(slow, key) > 0 else self._name(pace, "free")
            self._limits.count(name, key, pace.period_seconds, -1)

    def _count(self, pace: Pace, key: str) -> int:
        free = self._name(pace, "free")
        if self._limits.read(free, key) < pace.free:
            self._take_slot(pace, key, FIRST_WAIT_SECONDS)  # the first that is not free waits after this
            if self._limits.count(free, key, pace.period_seconds) <= pace.free:
                return 0
            self._limits.count(free, key, pace.period_seconds, -1)
        return self._count_slow(pace, key)

    def _count_slow(self, pace: Pace, key: str) -> int:
        slow = self._name(pace, "slow")
        doublings = min(self._limits.read(slow, key), pace.longest_seconds.bit_length())
        length = min(FIRST_WAIT_SECONDS << doublings, pace.longest_seconds)
        now = self._now()
        slot = now // length
        if self._limits.read(_slot(pace, length, slot), key) > 0:
            return (slot + 2) * length - now
        if self._limits.read(_slot(pace, length, slot - 1), key) > 0:
            return (slot + 1) * length - now
        if not self._take_slot(pace, key, length):
            return (slot + 2) * length - now
        self._take_slot(pace, key, min(2 * length, pace.longest_seconds))
        self._limits.count(slow, key, pace.period_seconds)
        return 0

    def _take_slot(self, pace: Pace, key: str, length: int) -> bool:
        return self._limits.count(_slot(pace, length, self._now() // length), key, 2 * length) == 1

    def _name(self, pace: Pace, lane: str) -> str:
        return f"{pace.name}/{lane}/{self._now() // pace.period_seconds}"


def account_key(user_id: str | None, typed: str) -> str:
    """Return what guesses at one person are counted under.

    Args:
        user_id: whose name was typed; ``None``: nobody's, which is counted no less.
        typed: the name, in whatever spelling.
    """
    return f"sub {user_id}" if user_id is not None else f"name {handle_of(typed) or typed}"


def _slot(pace: Pace, length: int, slot: int) -> str:
    return f"{pace.name}/{length}/{slot}"
