"""People in documents: they are known by name, and keep what a document does not tell."""

import json

import pytest

from provider.wiring import Services
from tests.browser import Browser
from tests.builders import PASSWORD, make_user
from tests.provider.configuration.conftest import Commands, done, refusal_of
from tests.running import QUICK_PASSWORDS

HASH = QUICK_PASSWORDS.hash("another horse")


def test_who_is_disabled_is_signed_out(commands: Commands, signed_in: Browser, services: Services) -> None:
    """As by the command; enabled again, they sign in as before."""
    document = {"paper": 1, "people": [{"name": "ada", "email": "ada@example.org", "disabled": True}]}
    assert signed_in.http.get("/account").status_code == 200

    assert done(commands.apply(document)) == ["~ person ada: claims, disabled"]

    assert signed_in.http.get("/account").status_code != 200
    assert services.people.authenticate("ada", PASSWORD) is None
    del document["people"][0]["disabled"]  # type: ignore[index]
    assert done(commands.apply(document)) == ["~ person ada: disabled"]
    assert services.people.authenticate("ada", PASSWORD) is not None


def test_a_password_hash_is_brought(commands: Commands, services: Services) -> None:
    """For somebody new, or who has none yet; the report names it and does not tell it."""
    services.people.create("ada")
    people = [{"name": "ada", "password_hash": HASH}, {"name": "eve", "password_hash": HASH}]

    result = commands.apply({"paper": 1, "people": people})

    assert done(result) == ["~ person ada: password_hash", "+ person eve"]
    assert HASH not in result.output
    assert services.people.authenticate("ada", "another horse") is not None
    assert services.people.authenticate("eve", "another horse") is not None


def test_a_password_that_somebody_has_is_theirs(
    commands: Commands, signed_in: Browser, services: Services
) -> None:
    """A document that is applied again does not turn back what they have changed, or signing in has."""
    (entry,) = commands.export("--people")["people"]

    assert done(commands.apply({"paper": 1, "people": [entry | {"password_hash": HASH}]})) == [
        "nothing to do"
    ]

    assert signed_in.http.get("/account").status_code == 200
    assert services.people.authenticate("ada", PASSWORD) is not None


@pytest.mark.parametrize("entry", [{"name": "ada"}, {"name": "ADA", "email": "ada@example.org"}])
def test_a_sub_stays(commands: Commands, services: Services, ada: str, entry: dict[str, str]) -> None:
    """OpenID Connect Core §2: clients know people by it."""
    refused = refusal_of(commands.apply({"paper": 1, "people": [entry | {"sub": "other"}]}))

    assert refused == f"person {entry['name']}: sub: cannot be changed: clients know the person by it"
    assert commands.apply({"paper": 1, "people": [entry]}).exit_code == 0
    (user,) = services.people.list()
    assert (user.id, user.name, user.email) == (ada, entry["name"], entry.get("email"))


def test_a_sub_that_somebody_has_is_taken(commands: Commands, ada: str) -> None:
    """Locally unique."""
    refused = refusal_of(commands.apply({"paper": 1, "people": [{"name": "eve", "sub": ada}]}))

    assert refused == "person eve: sub: is taken"


def test_an_address_moves_on(commands: Commands, services: Services) -> None:
    """Found by the new one, and free for others."""
    make_user(services, "ada")
    document = {"paper": 1, "people": [{"name": "ada", "email": "a@example.org"}]}

    assert done(commands.apply(document)) == ["~ person ada: claims, email"]

    found = services.people.find("a@example.org")
    assert found is not None
    assert found.name == "ada"
    assert json.loads(found.claims) == {}
    assert services.people.find("ada@example.org") is None
    make_user(services, "eve", email="ada@example.org")


def test_prune_ends_people(commands: Commands, services: Services, signed_in: Browser) -> None:
    """Only where the document names people at all."""
    assert done(commands.apply({"paper": 1}, "--prune")) == ["nothing to do"]

    assert done(commands.apply({"paper": 1, "people": []}, "--prune")) == ["- person ada"]

    assert signed_in.http.get("/account").status_code != 200
    assert services.people.list() == []


@pytest.mark.parametrize("change", [{"disabled": True}, {"password_hash": HASH}])
def test_a_link_to_choose_a_password_ends(
    commands: Commands, services: Services, change: dict[str, object]
) -> None:
    """As by the commands: with a password that is set otherwise, and for good when somebody is disabled."""
    ada = services.people.create("ada")
    link = services.account_links.issue(ada.id, 3600)
    assert link is not None

    commands.apply({"paper": 1, "people": [{"name": "ada"} | change]})
    commands.apply({"paper": 1, "people": [{"name": "ada"}]})

    assert services.account_links.find(link.token) is None


LAST = "person ada: name: is the last operator, whom flask user disable and delete end, and no document"


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_the_last_operator_is_not_shut_out(
    commands: Commands, services: Services, ada: str, options: tuple[str, ...]
) -> None:
    """A document cannot say who operates the provider instead: nothing of it happens."""
    services.people.make_operator(ada)
    (entry,) = commands.export("--people")["people"]
    shut = {"paper": 1, "people": [entry | {"disabled": True}, {"name": "grace"}]}

    assert refusal_of(commands.apply(shut, *options)) == LAST
    assert refusal_of(commands.apply({"paper": 1, "people": []}, "--prune", *options)) == LAST

    assert [user.name for user in services.people.list() if user.disabled_at is None] == ["ada"]


def test_one_of_two_operators_may_go(commands: Commands, services: Services, ada: str) -> None:
    """While another can sign in."""
    services.people.make_operator(ada)
    make_user(services, "grace")
    services.people.make_operator(str(services.people.find("grace").id))  # type: ignore[union-attr]

    assert done(commands.apply({"paper": 1, "people": [{"name": "grace"}]}, "--prune"))[0] == "- person ada"
    assert refusal_of(commands.apply({"paper": 1, "people": []}, "--prune")) == LAST.replace("ada", "grace")


@pytest.mark.parametrize("options", [(), ("--prune",)])
def test_another_name_is_no_new_person(
    commands: Commands, services: Services, ada: str, options: tuple[str, ...]
) -> None:
    """OpenID Connect Core §2: a sub is never given again; password, grants and role would be lost unseen."""
    document = {"paper": 1, "people": [{"name": "lovelace", "sub": ada}]}

    assert refusal_of(commands.apply(document, *options)) == "person lovelace: sub: is taken"

    assert services.people.authenticate("ada", PASSWORD) is not None
