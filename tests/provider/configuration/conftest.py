"""Documents, and the commands that read and write them, over a real provider."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from provider.cli.configuration import apply_cli, export_cli, import_cli
from provider.first_run import prepare
from provider.settings import Settings
from provider.wiring import Services
from tests.conftest import Clock
from tests.running import QUICK_PASSWORDS

CALLBACK = "https://shop.example/callback"
SECRET = "a-secret-of-the-operator-that-is-long-enough"


class Commands:
    """``flask apply``, ``flask import`` and ``flask export``, with documents as objects on standard input."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def apply(self, document: Any, *options: str) -> Result:
        """Apply a document."""
        return self.run(apply_cli, "-", *options, stdin=json.dumps(document))

    def bring(self, document: Any, *options: str) -> Result:
        """Import a document."""
        return self.run(import_cli, "-", *options, stdin=json.dumps(document))

    def export(self, *options: str) -> dict[str, Any]:
        """Return what is exported."""
        result = self.run(export_cli, *options)
        assert result.exit_code == 0, result.output
        exported: dict[str, Any] = json.loads(result.stdout)
        return exported

    def run(self, command: click.Command, *arguments: str, stdin: str | None = None) -> Result:
        """Run a command."""
        with self._app.app_context():
            return CliRunner().invoke(command, list(arguments), input=stdin)


@pytest.fixture
def commands(app: Flask) -> Commands:
    """The commands."""
    return Commands(app)


@pytest.fixture
def other(tmp_path: Path, clock: Clock) -> Iterator[Services]:
    """Another provider, with keys of its own."""
    folder = tmp_path / "other"
    settings = Settings(
        database_url=f"sqlite:///{folder / 'paper.db'}", master_key_file=folder / "master.key"
    )
    services = Services(settings, clock=clock, passwords=QUICK_PASSWORDS)
    prepare(services)
    yield services
    services.database.dispose()


def done(result: Result) -> list[str]:
    """Return the lines that a successful command printed of changes."""
    assert result.exit_code == 0, result.output
    return [line for line in result.stdout.splitlines() if not line.startswith(" ")]


def refusal_of(result: Result) -> str:
    """Return the one line that a command refused its document with."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("Error: FILE: ")
    return result.stderr.removeprefix("Error: FILE: ").rstrip()


def shop(**members: Any) -> dict[str, Any]:
    """Return a client with a secret of the operator's."""
    return {"client_id": "shop", "redirect_uris": [CALLBACK], "client_secret": SECRET} | members


def everything() -> dict[str, Any]:
    """Return a document with something of each kind."""
    return {
        "paper": 1,
        "scopes": [{"name": "groups", "claims": ["groups"], "description": "See your groups"}],
        "authorization_types": [{"name": "payment", "schema": {"type": "object"}, "template": "Pay"}],
        "clients": [shop(), {"client_id": "api", "client_name": "API", "grant_types": []}],
        "resources": [
            {
                "uri": "https://api.example/",
                "scope": "read write read",
                "token_seconds": 300,
                "client_ids": ["shop"],
                "server_ids": ["api"],
            }
        ],
        "trusted_issuers": [{"issuer": "https://idp.example", "jwks_uri": "https://idp.example/jwks"}],
        "people": [
            {"name": "Grace", "email": "grace@example.org", "claims": {"name": "Grace", "groups": ["a"]}}
        ],
    }
