"""flask export: the store as a document, the same text for the same store."""

import json

from flask import Flask

from provider.cli.configuration import export_cli
from provider.factory import create_app
from provider.wiring import Services
from tests.builders import PASSWORD, make_client, make_user
from tests.provider.configuration.conftest import SECRET, Commands, done, everything, shop
from validators.audit_directory import AuditDirectory

SIGNING = {"client_id": "signing", "grant_types": [], "token_endpoint_auth_method": "client_secret_jwt"}


def test_an_export_is_in_one_order(commands: Commands) -> None:
    """Whatever was made first: two exports differ where the stores do."""
    backwards = {
        kind: entries[::-1] if isinstance(entries, list) else entries
        for kind, entries in everything().items()
    }
    commands.apply(backwards)

    exported = commands.export("--people")

    assert list(exported) == ["paper", *(kind for kind in everything() if kind != "paper")]
    assert [client["client_id"] for client in exported["clients"]] == ["api", "shop"]
    assert list(exported["clients"][0])[:2] == ["client_id", "client_name"]
    assert commands.run(export_cli).stdout == commands.run(export_cli).stdout


def test_people_only_when_asked(commands: Commands) -> None:
    """They are not what most keep in a repository."""
    commands.apply(everything())

    assert "people" not in commands.export()
    (grace,) = commands.export("--people")["people"]
    assert grace.pop("sub")
    assert grace == everything()["people"][0]


def test_no_secret_unless_asked(commands: Commands, services: Services, ada: str) -> None:
    """Not a digest either: under another digest key it would mean nothing."""
    commands.apply({"paper": 1, "clients": [shop(), SIGNING | {"client_secret": SECRET}]})

    text = commands.run(export_cli, "--people").stdout

    assert SECRET not in text
    assert 'client_secret"' not in text
    assert "$argon2id$" not in text


def test_secrets_as_far_as_they_can_be_told(commands: Commands, services: Services, ada: str) -> None:
    """Those that the provider computes with, and hashes of passwords; it is a security event."""
    commands.apply({"paper": 1, "clients": [shop(), SIGNING | {"client_secret": SECRET}]})

    result = commands.run(export_cli, "--people", "--secrets")

    exported = json.loads(result.stdout)
    assert [client.get("client_secret") for client in exported["clients"]] == [None, SECRET]
    assert exported["people"][0]["password_hash"].startswith("$argon2id$")
    assert result.stderr == "not in it, for only digests of them are kept: 1 client secrets\n"
    (record, *_) = AuditDirectory(services.database, services.digests).list(event="operator_command", limit=1)
    assert json.loads(record.details)["command"] == "export"


def test_an_export_makes_another_provider_the_same(
    commands: Commands, services: Services, other: Services, ada: str
) -> None:
    """People keep their ``sub`` and their password; clients get a new secret where it is not known."""
    commands.apply(everything())
    make_client(services, client_id="confidential")
    exported = commands.export("--people", "--secrets")

    elsewhere = Commands(app_of(other))
    result = elsewhere.apply(exported)

    assert result.exit_code == 0, result.output
    assert result.stdout.count("client_secret: ") == 3
    assert elsewhere.export("--people", "--secrets") == exported
    assert done(elsewhere.apply(exported, "--prune")) == ["nothing to do"]
    user = other.people.authenticate("ada", PASSWORD)
    assert user is not None
    assert user.id == ada
    assert make_user(other, "mary") != ada


def app_of(services: Services) -> Flask:
    """Return another provider."""
    return create_app(services=services)
