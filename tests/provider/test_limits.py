"""Counting attempts."""

from typing import Any

import pytest
from limits.errors import StorageError

from models.errors import StoreUnavailable
from provider.limits import Limit, Limits
from tests.conftest import Clock

LIMIT = Limit("knocking", 2, 60)


@pytest.fixture
def limits(clock: Clock) -> Limits:
    return Limits("memory://", clock)


def test_a_limit_holds_for_its_time(limits: Limits, clock: Clock) -> None:
    """So many attempts, then none until the time is over."""
    within = [limits.is_over(LIMIT, "ada") for _ in range(3)]
    clock.advance(seconds=60)

    assert within == [False, False, True]
    assert not limits.is_over(LIMIT, "ada")


def test_keys_and_names_are_counted_apart(limits: Limits) -> None:
    """One caller does not use up the attempts of another."""
    for _ in range(3):
        limits.is_over(LIMIT, "ada")

    assert not limits.is_over(LIMIT, "grace")
    assert not limits.is_over(Limit("ringing", 2, 60), "ada")


@pytest.mark.parametrize(
    ("seconds", "is_early"),
    [
        pytest.param(0, True, id="at-once"),
        pytest.param(4, True, id="early"),
        pytest.param(5, False, id="in-time"),
    ],
)
def test_the_last_time_is_remembered(limits: Limits, clock: Clock, seconds: int, is_early: bool) -> None:
    """RFC 8628 §3.5: counted from the last poll, whatever its answer."""
    limits.is_early("poll", "device", 5)
    clock.advance(seconds=seconds)

    assert limits.is_early("poll", "device", 5) is is_early
    assert not limits.is_early("poll", "other", 5)


def test_a_store_that_is_gone(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is let through uncounted: the answer is 503."""
    limits = Limits("memory://", clock)

    def fail(*_: Any) -> int:
        raise StorageError(ConnectionError())

    monkeypatch.setattr(limits._storage, "incr", fail)

    with pytest.raises(StoreUnavailable):
        limits.is_over(LIMIT, "ada")
