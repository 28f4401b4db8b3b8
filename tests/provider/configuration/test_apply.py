"""flask apply: the store is made as a document says, in one transaction, and says what it did."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData

from models.client import ClientRow
from models.database import Database
from models.resource import Resource
from provider.configuration.document import read_document
from provider.configuration.reconciliation import Reconciliation
from provider.configuration.registers import MEMBERS, registers
from provider.wiring import Services
from tests.builders import make_client, make_public_client, make_resource
from tests.conftest import Clock
from tests.provider.configuration.conftest import (
    CALLBACK,
    SECRET,
    Commands,
    done,
    everything,
    refusal_of,
    shop,
)
from validators.audit_directory import AuditDirectory


def rows(database: Database) -> dict[str, list[Any]]:
    """Return all that is stored."""
    metadata = MetaData()
    with database.engine.connect() as connection:
        metadata.reflect(connection)
        return {
            table.name: sorted(map(repr, connection.execute(table.select()).all()))
            for table in metadata.sorted_tables
        }


def events(services: Services) -> list[str]:
    """Return what the kept events of commands say, the oldest first."""
    directory = AuditDirectory(services.database, services.digests)
    found = directory.list(event="operator_command", limit=100)
    return [json.loads(record.details)["arguments"] for record in reversed(found)]


def test_everything_is_made_and_told(commands: Commands, services: Services) -> None:
    """One line for each, in an order in which each finds what it names; each is a security event."""
    result = commands.apply(everything())

    lines = [
        "+ scope groups",
        "+ authorization-type payment",
        "+ client shop",
        "+ client api",
        "+ resource https://api.example/",
        "+ trusted-issuer https://idp.example",
        "+ person Grace",
    ]
    assert done(result) == lines
    assert events(services) == lines


def test_twice_in_a_row_changes_nothing(commands: Commands, services: Services, clock: Clock) -> None:
    """What the provider fills in is no drift, nor the order of words that have none."""
    commands.apply(everything())
    before = rows(services.database)
    clock.advance(seconds=100)

    again = commands.apply(everything(), "--prune")

    assert done(again) == ["nothing to do"]
    assert rows(services.database) == before


def test_a_change_names_its_members(commands: Commands, services: Services, clock: Clock) -> None:
    """The rest stays: when it was registered, and its secret."""
    commands.apply(everything())
    document = everything()
    document["clients"][0] |= {"client_name": "Shop", "redirect_uris": [CALLBACK, f"{CALLBACK}/2"]}
    document["resources"][0] = {"uri": "https://api.example/", "token_format": "opaque"}
    document["people"][0]["claims"] = {"name": "Grace H."}
    clock.advance(seconds=100)

    result = commands.apply(document)

    assert done(result) == [
        "~ client shop: client_name, redirect_uris",
        "~ resource https://api.example/: client_ids, scope, server_ids, token_format, token_seconds",
        "~ person Grace: claims",
    ]
    assert done(commands.apply(document)) == ["nothing to do"]
    with services.database.reading() as session:
        client, resource = session.get(ClientRow, "shop"), session.get(Resource, "https://api.example/")
    assert client is not None
    assert resource is not None
    assert (client.version, client.created_at) == (2, clock() - 100)
    assert resource.created_at == clock() - 100


def test_what_a_document_does_not_say_of_a_client_is_as_by_default(commands: Commands) -> None:
    """An entry says everything of its client, save its secret."""
    commands.apply({"paper": 1, "clients": [shop(client_name="Shop", paper_require_pkce=True)]})

    result = commands.apply({"paper": 1, "clients": [{"client_id": "shop", "redirect_uris": [CALLBACK]}]})

    assert done(result) == ["~ client shop: client_name, paper_require_pkce"]


def test_all_or_nothing(commands: Commands, services: Services) -> None:
    """The last entry is refused by the store itself: what came before it, removals too, has not happened."""
    make_client(services, client_id="old")
    services.people.create("ada", email="ada@example.org")
    before = rows(services.database)
    document = everything()
    document["people"] += [
        {"name": "ada", "email": "ada@example.org"},
        {"name": "other", "email": "Ada@Example.org"},
    ]

    refused = refusal_of(commands.apply(document, "--prune"))

    assert refused == "person other: email: is taken"
    assert rows(services.database) == before


def test_dry_run_tells_and_changes_nothing(commands: Commands, services: Services) -> None:
    """Exit status 1 where something differs, so that a scheduled run can tell; 0 where nothing does."""
    commands.apply({"paper": 1, "clients": [shop(), {"client_id": "old", "grant_types": []}]})
    before = rows(services.database)
    document = everything()
    document["clients"][0]["client_name"] = "Shop"

    told = commands.apply(document, "--dry-run", "--prune")

    assert told.exit_code == 1
    assert told.stdout.splitlines() == [
        "- client old",
        "+ scope groups",
        "+ authorization-type payment",
        "~ client shop: client_name",
        "+ client api",
        "+ resource https://api.example/",
        "+ trusted-issuer https://idp.example",
        "+ person Grace",
    ]
    assert rows(services.database) == before
    assert done(commands.apply(document, "--prune")) == told.stdout.splitlines()
    assert commands.apply(document, "--dry-run", "--prune").exit_code == 0


def test_json_tells_the_same(commands: Commands) -> None:
    """For machines; a secret that was made is in it this once."""
    commands.apply({"paper": 1, "clients": [shop()], "scopes": [{"name": "old"}]})
    api = {"client_id": "api", "grant_types": []}
    document = {"paper": 1, "clients": [shop(client_name="Shop"), api], "scopes": []}

    told = json.loads(commands.apply(document, "--json").stdout)

    assert told["changes"][1].pop("client_secret")
    assert told == {
        "changes": [
            {"action": "change", "kind": "client", "name": "shop", "members": ["client_name"]},
            {"action": "create", "kind": "client", "name": "api"},
        ],
        "left_alone": [{"action": "remove", "kind": "scope", "name": "old"}],
    }
    assert json.loads(commands.apply(document, "--json", "--dry-run").stdout)["changes"] == []


def test_what_was_made_by_commands_is_no_drift(commands: Commands, services: Services) -> None:
    """An export of it is a document that changes nothing."""
    make_client(services, client_id="confidential", client_secret=SECRET)
    make_public_client(services, client_id="public")
    make_client(services, client_id="password", grant_types=["password"], redirect_uris=[])
    make_client(services, client_id="signing", token_endpoint_auth_method="client_secret_jwt")
    make_resource(services, client_ids=["public", "confidential"])
    exported = commands.export()

    assert done(commands.apply(exported, "--prune")) == ["nothing to do"]
    assert commands.export() == exported


def test_a_warning_of_the_password_grant(commands: Commands) -> None:
    """RFC 9700 §2.4, as the command that registers clients warns."""
    entry = {"client_id": "old", "grant_types": ["password"], "client_secret": SECRET}

    result = commands.apply({"paper": 1, "clients": [entry]})

    assert "Warning: client old: the grant type password" in result.stderr
    assert commands.apply({"paper": 1, "clients": [entry]}).stderr == ""


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_a_sector_is_fetched_before_anything_is_locked(
    commands: Commands, services: Services, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    """OpenID Connect Registration §5; others can write meanwhile, and it is fetched once."""
    fetched = []

    def fetch(_: object, uri: str) -> list[str]:
        other = Database(services.settings.database_url, busy_timeout_ms=1)
        with other.session() as session:
            session.add(Resource(uri=uri, scope="", token_format="jwt", client_ids="", created_at=1))
        other.dispose()
        fetched.append(uri)
        return [CALLBACK]

    monkeypatch.setattr("validators.fetcher.Fetcher.json", fetch)
    pairwise = {"subject_type": "pairwise", "sector_identifier_uri": "https://sector.example/uris"}

    result = commands.apply({"paper": 1, "clients": [shop(**pairwise)]}, *options)

    assert result.stdout == "+ client shop\n"
    assert fetched == ["https://sector.example/uris"]


def test_two_at_the_same_time(services: Services) -> None:
    """The second finds everything done; neither is refused for what the other has just made."""
    _ = services.key_ring, services.digests, services.people
    barrier = threading.Barrier(2)

    def apply(_: int) -> int:
        reconciliation = Reconciliation(
            services.database, registers(services, Path()), read_document(everything(), MEMBERS)
        )
        barrier.wait(10)
        return len(reconciliation.apply(prune=True).changes)

    with ThreadPoolExecutor(2) as both:
        changes = sorted(both.map(apply, range(2)))

    assert changes == [0, 7]


def test_a_blank_scope_is_none(commands: Commands) -> None:
    """And no difference for ever."""
    document = {"paper": 1, "clients": [shop(scope=" ")]}

    assert done(commands.apply(document)) == ["+ client shop"]
    assert done(commands.apply(document)) == ["nothing to do"]
