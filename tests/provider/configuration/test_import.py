"""flask import: what is missing is added, what differs is refused."""

import json

from provider.wiring import Services
from tests.builders import make_client
from tests.provider.configuration.conftest import Commands, done, everything, refusal_of, shop


def test_what_is_missing_is_added(commands: Commands) -> None:
    """What is there and the same is no conflict; what is there beside it is not the document's concern."""
    first = {"paper": 1, "clients": [shop(), {"client_id": "own", "grant_types": []}]}
    commands.bring(first)

    result = commands.bring(everything())

    assert done(result)[:3] == ["+ scope groups", "+ authorization-type payment", "+ client api"]
    assert result.stderr == ""
    assert done(commands.bring(everything())) == ["nothing to do"]
    assert len(commands.export()["clients"]) == 3


def test_what_differs_is_refused(commands: Commands, services: Services) -> None:
    """All or nothing: not even what is missing is added."""
    make_client(services, client_id="api", client_name="Another", grant_types=[], redirect_uris=[])
    before = commands.export("--people")

    refused = refusal_of(commands.bring(everything()))

    assert refused.startswith("client api: is there already and differs in client_name, ")
    assert refused.endswith("; flask apply changes what is there")
    assert commands.export("--people") == before


def test_another_secret_is_a_conflict(commands: Commands) -> None:
    """And several conflicts are counted."""
    commands.bring({"paper": 1, "clients": [shop()], "scopes": [{"name": "groups"}]})
    document = {
        "paper": 1,
        "clients": [shop(client_secret="z" * 40)],
        "scopes": [{"name": "groups", "claims": ["groups"]}],
    }

    assert refusal_of(commands.bring(document)) == (
        "scope groups: is there already and differs in claims, and 1 more; flask apply changes what is there"
    )


def test_dry_run_changes_nothing(commands: Commands) -> None:
    """And makes no secret that would never be one."""
    told = commands.bring(everything(), "--dry-run")

    assert done(told)[-1] == "+ person Grace"
    assert "client_secret" not in told.output
    assert commands.export("--people")["people"] == []


def test_json(commands: Commands) -> None:
    """As flask apply."""
    told = json.loads(commands.bring({"paper": 1, "clients": [shop()]}, "--json").stdout)

    assert told == {"changes": [{"action": "create", "kind": "client", "name": "shop"}]}
