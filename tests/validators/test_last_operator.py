"""The last operator stays one, whoever asks, and however many at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.database import Database
from tests.builders import PASSWORD
from tests.conftest import Clock
from tests.running import QUICK_PASSWORDS
from validators.last_operator import LastOperator
from validators.people import People

ROUNDS = 20


@pytest.fixture
def people(database: Database, clock: Clock) -> People:
    return People(database, clock, QUICK_PASSWORDS)


def make_operator(people: People, name: str, password: str | None = PASSWORD) -> str:
    user_id = people.create(name, password=password).id
    people.make_operator(user_id)
    return user_id


@pytest.mark.parametrize("end", ["disable", "remove_operator", "delete"])
def test_the_last_one_stays(people: People, end: str) -> None:
    """Those who cannot sign in do not count; others may still go."""
    ada, grace = make_operator(people, "ada"), make_operator(people, "grace", password=None)
    other = people.create("minji").id
    gone: Callable[..., bool] = getattr(people, end)

    with pytest.raises(LastOperator):
        gone(ada, spares_last=True)

    assert people.is_last_operator(ada)
    assert gone(grace, spares_last=True)
    assert gone(other, spares_last=True)
    assert gone(ada)  # a command may


def test_nobody_is_no_last_operator(people: People) -> None:
    """And there may be none at all."""
    assert not people.disable("nobody", spares_last=True)


@pytest.mark.slow
def test_of_two_who_take_the_role_from_each_other_one_stays(people: People) -> None:
    """At the same moment: one waits for the other and then finds nobody else."""
    ada, grace = make_operator(people, "ada"), make_operator(people, "grace")

    def take(user_id: str) -> bool:
        try:
            return people.remove_operator(user_id, spares_last=True)
        except LastOperator:
            return False

    with ThreadPoolExecutor(2) as pool:
        for _ in range(ROUNDS):
            people.make_operator(ada)
            people.make_operator(grace)
            assert sorted(pool.map(take, (ada, grace))) == [False, True]
