"""When the server gives up on workers that keep dying."""

import time
from collections import deque
from collections.abc import Callable

MANY_DEATHS = 10
SOON_SECONDS = 30


class Respawns(dict[int, float]):
    """What granian asks before it starts a worker again: when it last had to.

    Granian gives up, and ends the workers that are well too, when a worker dies twice within seconds. That is
    right for one that cannot start and wrong for one that was killed: here it takes ten
    deaths in half a minute.

    Args:
        elapsed: seconds that only ever grow.
    """

    def __init__(self, elapsed: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._elapsed = elapsed
        self._deaths: deque[float] = deque(maxlen=MANY_DEATHS)

    def get(self, worker: int, default: float = 0) -> float:  # type: ignore[override]
        """Note one more death; return now when there have been too many lately, else a time long ago."""
        now = self._elapsed()
        self._deaths.append(now)
        is_too_many = len(self._deaths) == MANY_DEATHS and now - self._deaths[0] < SOON_SECONDS
        return now if is_too_many else float("-inf")
