"""provider/guesses.py: nobody guesses faster by guessing in parallel."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from provider.guesses import DAY_SECONDS, Guesses, Pace
from provider.limits import Limits
from tests.conftest import Clock

PACE = Pace("door", 5, 512)
CHARGES = [(PACE, "ada")]

pytestmark = pytest.mark.security


@pytest.fixture
def clock() -> Clock:
    """Midnight: a day of guesses begins."""
    return Clock(20_000 * DAY_SECONDS)


@pytest.fixture
def guesses(clock: Clock) -> Guesses:
    return Guesses(Limits("memory://", clock), clock)


def test_the_wait_grows_to_its_longest(guesses: Guesses, clock: Clock) -> None:
    """OWASP Authentication, login throttling: each wrong guess beyond the free ones costs more time."""
    waits = [guesses.begin(CHARGES).wait_seconds for _ in range(PACE.free + 1)]
    for _ in range(12):
        waits.append(guesses.begin(CHARGES).wait_seconds)
        clock.advance(seconds=waits[-1])
        assert guesses.begin(CHARGES).wait_seconds == 0

    assert waits[: PACE.free] == [0] * PACE.free
    assert waits[PACE.free] == waits[PACE.free + 1] == 8
    assert all(earlier <= 2 * later for earlier, later in pairwise(waits[PACE.free :]))
    assert max(waits) <= 2 * PACE.longest_seconds
    assert min(waits[-3:]) > PACE.longest_seconds


def test_who_waits_as_told_is_not_made_to_wait_longer_by_asking(guesses: Guesses, clock: Clock) -> None:
    """A refused guess counts for nothing, so nobody is kept out for good."""
    for _ in range(PACE.free):
        guesses.begin(CHARGES)
    told = guesses.begin(CHARGES).wait_seconds
    for _ in range(100):
        guesses.begin(CHARGES)
    clock.advance(seconds=told)

    assert guesses.begin(CHARGES).wait_seconds == 0


def test_what_succeeds_does_not_count(guesses: Guesses, clock: Clock) -> None:
    """Before and after the free guesses are used up."""
    for _ in range(100):
        guesses.forgive(guesses.begin(CHARGES))
    for _ in range(PACE.free):
        assert guesses.begin(CHARGES).wait_seconds == 0
    waits = []
    for _ in range(3):
        waits.append(guesses.begin(CHARGES).wait_seconds)
        clock.advance(seconds=waits[-1])
        guesses.forgive(guesses.begin(CHARGES))

    assert max(waits) <= 16


def test_a_day_later_guesses_are_free_again(guesses: Guesses, clock: Clock) -> None:
    """The count is of one day."""
    for _ in range(PACE.free + 1):
        guesses.begin(CHARGES)
    clock.advance(seconds=DAY_SECONDS)

    assert [guesses.begin(CHARGES).wait_seconds for _ in range(PACE.free)] == [0] * PACE.free


def test_a_guess_that_has_to_wait_is_counted_nowhere(guesses: Guesses) -> None:
    """One door that is shut leaves the other as it was."""
    other = (Pace("house", 6, 64), "here")
    for _ in range(20):
        guesses.begin([other, *CHARGES])

    assert guesses.begin([other]).wait_seconds == 0
    assert guesses.begin([other]).wait_seconds > 0


def test_parallel_guesses_are_no_more_than_one_after_another(guesses: Guesses, clock: Clock) -> None:
    """CVE-2024-4629: 50 at once get the free ones between them, and then one for each wait."""
    start = threading.Barrier(50)

    def guess(_: int) -> bool:
        start.wait()
        return guesses.begin(CHARGES).wait_seconds == 0

    with ThreadPoolExecutor(50) as pool:
        judged = [sum(pool.map(guess, range(50)))]
        for _ in range(3):
            clock.advance(seconds=16)
            judged.append(sum(pool.map(guess, range(50))))

    assert judged[0] <= PACE.free
    assert all(count <= 1 for count in judged[1:])


def test_one_of_those_who_found_a_slot_free_has_it(clock: Clock) -> None:
    """CVE-2024-4629: all of them looked before any of them had counted; the count says who was first."""

    class Early(Limits):
        """Shows every slot as it was before anybody came."""

        def read(self, name: str, key: str) -> int:
            """See ``Limits``."""
            return 0 if name.split("/")[1].isdigit() else super().read(name, key)

    guesses = Guesses(Early("memory://", clock), clock)
    for _ in range(PACE.free):
        guesses.begin(CHARGES)
    clock.advance(seconds=60)

    assert sum(guesses.begin(CHARGES).wait_seconds == 0 for _ in range(20)) == 1


def test_a_shorter_period_ends_sooner(guesses: Guesses, clock: Clock) -> None:
    """What many people share is not shut for a day."""
    shared = [(Pace("office", 3, 64, period_seconds=600), "here")]
    for _ in range(4):
        guesses.begin(shared)
    clock.advance(seconds=600)

    assert [guesses.begin(shared).wait_seconds for _ in range(3)] == [0] * 3
