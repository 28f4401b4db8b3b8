"""One transaction of all that a thread does in sessions."""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models.database import Database
from models.scope import Scope


def add(database: Database, name: str) -> None:
    with database.session() as session:
        session.add(Scope(name=name, claims="", created_at=1))


def names(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Scope.name).order_by(Scope.name)))


def test_sessions_are_parts_of_one_transaction(database: Database) -> None:
    """What was written is read within, and by nobody else before the end."""
    seen: list[list[str]] = []
    with database.joined():
        add(database, "a")
        add(database, "b")
        assert names(database) == ["a", "b"]
        other = threading.Thread(target=lambda: seen.append(names(database)))
        other.start()
        other.join()

    assert seen == [[]]
    assert names(database) == ["a", "b"]


def test_an_error_undoes_all_of_it(database: Database) -> None:
    """And the next session is one of its own again."""

    def fail() -> None:
        with database.joined():
            add(database, "a")
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert names(database) == []
    add(database, "b")
    assert names(database) == ["b"]


def test_a_part_may_fail_by_itself(database: Database) -> None:
    """A savepoint: who catches the error goes on."""
    add(database, "a")
    with database.joined():
        with pytest.raises(IntegrityError):
            add(database, "a")
        add(database, "b")

    assert names(database) == ["a", "b"]


def test_a_block_that_is_rolled_back_has_changed_nothing(database: Database) -> None:
    """As a plan does."""
    with database.joined() as session:
        add(database, "a")
        session.rollback()

    assert names(database) == []
