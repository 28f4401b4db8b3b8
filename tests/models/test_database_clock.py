"""One clock for nodes whose own clocks differ."""

import time
from dataclasses import replace

import pytest

from models.database import Database
from models.database_clock import AGAIN_SECONDS, RETRY_SECONDS, TRIES, DatabaseClock
from models.errors import StoreUnavailable
from provider.foundations import now
from provider.settings import Settings
from provider.wiring import Services

GONE = StoreUnavailable("gone")


class Node:
    """A machine whose clock is off."""

    def __init__(self, database: Database, ahead: float) -> None:
        self.ahead, self.passed = ahead, 0.0
        self.clock = DatabaseClock(database, lambda: time.time() + self.ahead, lambda: self.passed)

    def is_right(self) -> bool:
        """Whether the node has the database's time."""
        return abs(self.clock() - time.time()) < 3


def test_which_clock_a_provider_has(database_url: str, settings: Settings) -> None:
    """A file has no clock, so it is this machine's; a server has, and nodes compare times by it."""
    services = Services(replace(settings, database_url=database_url))
    if services.database.is_sqlite:
        assert services.clock is now
        return
    assert abs(services.clock() - time.time()) < 3
    for ahead in (-600.0, 0.0, 600.0):
        assert Node(services.database, ahead).is_right()
    services.database.dispose()


class Answers:
    """A database that says what it is told to, each answer as often as a clock asks at a time."""

    def __init__(self, *answers: object) -> None:
        self.left = [answer for answer in answers for _ in range(1 if answer is GONE else TRIES)]

    def __call__(self, *_: object) -> list[tuple[object]]:
        answer = self.left.pop(0)
        if isinstance(answer, StoreUnavailable):
            raise answer
        return [(answer,)]


def test_a_clock_that_is_moved(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute later it is the database's time again; without an answer the last figure holds."""
    answers = Answers(time.time(), GONE, time.time(), GONE)
    monkeypatch.setattr(Database, "run", answers)
    node = Node(database, 600)
    assert node.is_right()

    node.ahead += 3600
    node.passed += AGAIN_SECONDS
    assert not node.is_right()
    assert not node.is_right()
    node.passed += RETRY_SECONDS
    assert node.is_right()
    node.passed += AGAIN_SECONDS
    assert node.is_right()
    assert answers.left == []


def test_a_slow_answer_says_little(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The quickest of a few counts; a slow one only as long as nothing better is known."""
    elapsed = 0.0
    pauses = [20.0, 0.2, 20.0, 4.0, 4.0, 4.0]

    def run(*_: object) -> list[tuple[float]]:
        nonlocal elapsed
        there = 5000 + elapsed
        elapsed += pauses.pop(0)
        return [(there,)]

    monkeypatch.setattr(Database, "run", run)
    clock = DatabaseClock(database, lambda: 9000 + elapsed, lambda: elapsed)

    assert clock() == 5040
    elapsed += AGAIN_SECONDS
    assert clock() == 5112
    assert pauses == []
