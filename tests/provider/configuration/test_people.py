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
