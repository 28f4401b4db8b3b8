"""Links by which a person chooses a password: once, for a while, and only the newest."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from models.database import Database
from models.login_session import LoginSession
from tests.conftest import Clock
from validators.account_links import AccountLinks
from validators.passwords import PasswordPolicy, Passwords
from validators.people import InvalidPerson, People
from validators.secret_digests import SecretDigests

PASSWORD, ANOTHER = "correct horse", "battery staple"
HOUR = 3600


@pytest.fixture
def people(database: Database, clock: Clock) -> People:
    return People(database, clock, Passwords(PasswordPolicy(memory_kib=8, iterations=1)))


@pytest.fixture
def links(database: Database, clock: Clock, people: People) -> AccountLinks:
    return AccountLinks(database, SecretDigests(bytes(32)), clock, people)


def issued(links: AccountLinks, user_id: str) -> str:
    link = links.issue(user_id, HOUR)
    assert link is not None
    return link.token


def test_an_invited_person_chooses_a_password(links: AccountLinks, people: People) -> None:
    """Once."""
    ada = people.create("ada")
    token = issued(links, ada.id)
    found = links.find(token)
    assert found is not None
    assert (found.id, found.password_hash) == (ada.id, None)

    user = links.set_password(token, PASSWORD)

    assert user is not None
    assert user.id == ada.id
    assert people.authenticate("ada", PASSWORD) is not None
    assert links.find(token) is None
    assert links.set_password(token, ANOTHER) is None
    assert people.authenticate("ada", ANOTHER) is None


def test_a_new_password_by_link_ends_sign_ins(
    links: AccountLinks, people: People, database: Database, clock: Clock
) -> None:
    """As any new password: whoever knew the old one is out."""
    ada = people.create("ada", password=PASSWORD)
    times = {"created_at": 1, "auth_time": 1, "last_seen_at": 1, "expires_at": 2}
    with database.session() as session:
        session.add(
            LoginSession(
                id=bytes(16), cookie_digest=bytes(32), user_id=ada.id, amr="pwd", user_agent="", **times
            )
        )

    assert links.set_password(issued(links, ada.id), ANOTHER) is not None

    assert people.authenticate("ada", PASSWORD) is None
    assert people.authenticate("ada", ANOTHER) is not None
    with database.reading() as session:
        assert session.get_one(LoginSession, bytes(16)).ended_at == clock()


def test_a_link_expires(links: AccountLinks, people: People, clock: Clock) -> None:
    """When it was said to."""
    token = issued(links, people.create("ada").id)
    clock.advance(seconds=HOUR - 1)
    assert links.find(token) is not None

    clock.advance(seconds=1)

    assert links.find(token) is None
    assert links.set_password(token, PASSWORD) is None


def test_a_fresh_link_ends_the_person_s_old_one(links: AccountLinks, people: People) -> None:
    """And nobody else's."""
    ada, grace = people.create("ada"), people.create("grace")
    old, theirs = issued(links, ada.id), issued(links, grace.id)

    fresh = issued(links, ada.id)

    assert links.find(old) is None
    assert links.find(fresh) is not None
    assert links.find(theirs) is not None


@pytest.mark.security
def test_a_password_set_otherwise_ends_the_link(links: AccountLinks, people: People) -> None:
    """A link in an old message is no way back in for whoever reads it."""
    ada = people.create("ada", password=PASSWORD)
    token = issued(links, ada.id)

    people.set_password(ada.id, ANOTHER)

    assert links.find(token) is None


@pytest.mark.security
def test_disabling_ends_the_link(links: AccountLinks, people: People) -> None:
    """For good, and a disabled person is given none."""
    ada = people.create("ada")
    token = issued(links, ada.id)

    people.disable(ada.id)

    assert links.find(token) is None
    assert links.set_password(token, PASSWORD) is None
    assert links.issue(ada.id, HOUR) is None
    people.enable(ada.id)
    assert links.find(token) is None


def test_nobody_is_given_no_link(links: AccountLinks, people: People) -> None:
    """A deleted person's is over as well."""
    ada = people.create("ada")
    token = issued(links, ada.id)
    people.delete(ada.id)

    assert links.find(token) is None
    assert links.issue(ada.id, HOUR) is None
    assert links.issue("nobody", HOUR) is None


def test_a_refused_password_leaves_the_link(links: AccountLinks, people: People) -> None:
    """Whoever mistypes tries again."""
    token = issued(links, people.create("ada").id)

    with pytest.raises(InvalidPerson):
        links.set_password(token, "short")

    assert links.find(token) is not None


@pytest.mark.security
def test_two_at_once_set_one_password(links: AccountLinks, people: People) -> None:
    """One winner."""
    token = issued(links, people.create("ada").id)

    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(lambda n: links.set_password(token, f"{PASSWORD} {n}"), range(8)))

    assert sum(user is not None for user in done) == 1
