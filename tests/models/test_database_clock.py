"""One clock for nodes whose own clocks differ."""

import time
from dataclasses import replace

import pytest

from models.database import Database
from models.database_clock import AGAIN_SECONDS, RETRY_SECONDS, DatabaseClock
from models.errors import StoreUnavailable
from provider.foundations import now
from provider.settings import Settings
from provider.wiring import Services


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


def test_a_clock_that_is_moved(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute later it is the database's time again; without an answer the last figure holds."""
    answers = [time.time(), StoreUnavailable("gone"), time.time(), StoreUnavailable("gone")]

    def run(*_: object) -> list[tuple[object]]:
        answer = answers.pop(0)
        if isinstance(answer, StoreUnavailable):
            raise answer
        return [(answer,)]

    monkeypatch.setattr(Database, "run", run)
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
    assert answers == []


def test_a_slow_answer_says_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It tells the time of a moment that nobody knows."""
    moments = iter((1000.0, 1010.0, 1020.0))
    monkeypatch.setattr(Database, "run", lambda *_: [(5.0,)])

    clock = DatabaseClock(database, lambda: next(moments), lambda: 0.0)

    assert clock() == 1020
