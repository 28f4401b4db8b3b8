"""The first operator: made once, by whoever has the link."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from models.account_link import AccountLink
from models.database import Database
from models.user import User
from tests.conftest import Clock
from validators.passwords import PasswordPolicy, Passwords
from validators.people import InvalidPerson, People
from validators.secret_digests import SecretDigests
from validators.set_up import KIND, LIFETIME_SECONDS, SetUp

PASSWORD = "correct horse"


@pytest.fixture
def people(database: Database, clock: Clock) -> People:
    return People(database, clock, Passwords(PasswordPolicy(memory_kib=8, iterations=1)))


@pytest.fixture
def set_up(database: Database, clock: Clock, people: People) -> SetUp:
    return SetUp(database, SecretDigests(bytes(32)), clock, people)


def offered(set_up: SetUp) -> str:
    token = set_up.offer()
    assert token is not None
    return token


def test_whoever_has_the_link_becomes_the_operator(set_up: SetUp, people: People) -> None:
    """Once: the link is over with it, and no other one is made."""
    token = offered(set_up)
    assert set_up.is_open(token)

    user = set_up.complete(token, "ada", PASSWORD)

    assert user is not None
    assert people.is_last_operator(user.id)
    assert people.authenticate("ada", PASSWORD) is not None
    assert not set_up.is_open(token)
    assert set_up.complete(token, "grace", PASSWORD) is None
    assert set_up.offer() is None
    assert set_up.is_done()
    assert [each.name for each in people.list()] == ["ada"]


def test_a_used_link_stays_over_when_everybody_is_gone(set_up: SetUp, people: People) -> None:
    """It was spent, not only shut: its holder does not come back."""
    token = offered(set_up)
    user = set_up.complete(token, "ada", PASSWORD)
    assert user is not None

    people.delete(user.id)

    assert not set_up.is_open(token)
    assert set_up.is_open(offered(set_up))


def test_a_fresh_link_ends_the_old_one(set_up: SetUp, database: Database) -> None:
    """Of any number of runs the last one's counts."""
    old, fresh = offered(set_up), offered(set_up)

    assert not set_up.is_open(old)
    assert set_up.complete(old, "ada", PASSWORD) is None
    assert set_up.is_open(fresh)
    with database.reading() as session:
        assert len(session.scalars(select(AccountLink)).all()) == 1


def test_the_link_expires(set_up: SetUp, clock: Clock) -> None:
    """15 minutes."""
    token = offered(set_up)
    clock.advance(seconds=LIFETIME_SECONDS - 1)
    assert set_up.is_open(token)

    clock.advance(seconds=1)

    assert LIFETIME_SECONDS == 900
    assert not set_up.is_open(token)
    assert set_up.complete(token, "ada", PASSWORD) is None


def test_the_link_is_over_once_anybody_is_there(set_up: SetUp, people: People) -> None:
    """By ``flask user create``, for example: nobody becomes operator past the one who made that person."""
    token = offered(set_up)
    people.create("grace")

    assert not set_up.is_open(token)
    assert set_up.complete(token, "ada", PASSWORD) is None
    assert [each.name for each in people.list()] == ["grace"]


@pytest.mark.parametrize("token", ["", "x", "\u0000", "ａ", "x" * 60000])
def test_another_token_opens_nothing(set_up: SetUp, token: str) -> None:
    """Whatever comes in a link."""
    offered(set_up)

    assert not set_up.is_open(token)
    assert set_up.complete(token, "ada", PASSWORD) is None


@pytest.mark.parametrize(
    ("name", "password", "field"), [("a@b", PASSWORD, "name"), ("ada", "short", "password")]
)
def test_a_refused_name_or_password_leaves_the_link(
    set_up: SetUp, people: People, name: str, password: str, field: str
) -> None:
    """Whoever mistypes tries again."""
    token = offered(set_up)

    with pytest.raises(InvalidPerson) as caught:
        set_up.complete(token, name, password)

    assert caught.value.field == field
    assert people.list() == []
    assert set_up.is_open(token)


def test_the_token_is_not_stored(set_up: SetUp, database: Database) -> None:
    """An HMAC is: whoever reads the database has no link."""
    token = offered(set_up)

    with database.reading() as session:
        (row,) = session.scalars(select(AccountLink)).all()
    assert len(row.digest) == 32
    assert token.encode() not in row.digest


@pytest.mark.security
def test_two_at_once_make_one_operator(set_up: SetUp, database: Database) -> None:
    """One winner, whatever the names."""
    token = offered(set_up)

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda n: set_up.complete(token, f"ada{n}", PASSWORD), range(8)))

    assert sum(user is not None for user in made) == 1
    with database.reading() as session:
        assert len(session.scalars(select(User)).all()) == 1


@pytest.mark.security
def test_two_links_at_once_make_one_operator(set_up: SetUp, database: Database, clock: Clock) -> None:
    """Two nodes that start together on one database may each have stored one."""
    tokens = [offered(set_up), "of the other node"]
    with database.session() as session:
        digest = SecretDigests(bytes(32)).digest(KIND, tokens[1])
        session.add(AccountLink(digest=digest, created_at=clock(), expires_at=clock() + LIFETIME_SECONDS))

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda n: set_up.complete(tokens[n % 2], f"ada{n}", PASSWORD), range(8)))

    assert sum(user is not None for user in made) == 1
