"""Looking through the people."""

import pytest

from models.database import Database
from tests.conftest import Clock
from tests.running import QUICK_PASSWORDS
from validators.people import People
from validators.people_search import PeopleSearch


@pytest.fixture
def people(database: Database, clock: Clock) -> People:
    people = People(database, clock, QUICK_PASSWORDS)
    for name, email in (
        ("minji", "a@example.org"),
        ("Ada", None),
        ("grace_h", "grace@example.com"),
        ("사라", None),
    ):
        people.create(name, email)
    return people


@pytest.fixture
def search(database: Database, people: People) -> PeopleSearch:
    return PeopleSearch(database)


def names(search: PeopleSearch, word: str = "", after: str | None = None, limit: int = 10) -> list[str]:
    return [found.user.name for found in search.list(word, after=after, limit=limit)]


def test_everybody_comes_once_by_name(search: PeopleSearch) -> None:
    """An address is no second entry."""
    assert names(search) == ["Ada", "grace_h", "minji", "사라"]


def test_a_page_begins_after_the_last(search: PeopleSearch) -> None:
    """By the canonical name, which is not always what they wrote."""
    first = search.list(limit=2)

    assert names(search, after=first[-1].handle) == ["minji", "사라"]
    assert names(search, after="zz", limit=1) == ["사라"]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("ADA", ["Ada"]),
        ("example", ["grace_h", "minji"]),
        ("@example.org", ["minji"]),
        ("_", ["grace_h"]),
        ("%", []),
        ("사", ["사라"]),
        ("\u200b", []),
    ],
)
def test_a_word_finds(search: PeopleSearch, word: str, found: list[str]) -> None:
    """In name or address; signs of a pattern are signs."""
    assert names(search, word) == found


def test_a_sub_finds(search: PeopleSearch, people: People) -> None:
    """A whole one."""
    user = people.find("ada")
    assert user is not None

    assert names(search, user.id) == ["Ada"]
    assert search.names({user.id, "gone"}) == {user.id: "Ada"}
    assert search.names(set()) == {}
