"""The commands of ``flask``, run in the process over a SQLite database of the test's own."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, Protocol

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from models.database import Database
from tests.builders import READABLE_SECRETS
from tests.conftest import Clock
from tests.databases import SQLiteTemplate
from validators.account_links import AccountLinks
from validators.audit_trail import AuditTrail
from validators.client_directory import ClientDirectory
from validators.passwords import PasswordPolicy, Passwords
from validators.people import People
from validators.secret_digests import SecretDigests
from validators.set_up import SetUp


class Run(Protocol):
    """Runs one command."""

    def __call__(self, group: click.Group, *args: str, stdin: str | bytes | None = None) -> Result:
        """Return what it printed and its exit status."""


@pytest.fixture
def command_services(sqlite_template: SQLiteTemplate, clock: Clock) -> Iterator[SimpleNamespace]:
    """What the commands for clients, people and grants use."""
    with sqlite_template.copy() as url:
        database = Database(url, sqlite_synchronous="NORMAL")
        people = People(database, clock, Passwords(PasswordPolicy(memory_kib=8, iterations=1)))
        yield SimpleNamespace(
            database=database,
            clock=clock,
            digests=SecretDigests(bytes(32)),
            client_directory=ClientDirectory(
                database, clock, SecretDigests(bytes(32)), lambda: ("RS256", "ES256"), READABLE_SECRETS
            ),
            audit_trail=AuditTrail(database, SecretDigests(bytes(32)), clock, 365 * 86400),
            people=people,
            account_links=AccountLinks(database, SecretDigests(bytes(32)), clock, people),
            set_up=SetUp(database, SecretDigests(bytes(32)), clock, people),
            settings=SimpleNamespace(
                grant_seconds=365 * 86400, issuer="http://localhost:9031", profile="default"
            ),
        )
        database.dispose()


@pytest.fixture
def run(command_services: SimpleNamespace) -> Run:
    """Run a command over ``command_services``."""
    app = Flask("commands")
    app.extensions["provider"] = command_services

    def run_command(group: click.Group, *args: str, stdin: str | bytes | None = None) -> Result:
        with app.app_context():
            return CliRunner().invoke(group, list(args), input=stdin)

    return run_command


def output_of(result: Result) -> Any:
    """Return the JSON that a successful command printed."""
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refusal_of(result: Result) -> str:
    """Return the one line that a command refused its input with."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("Error: ")
    return result.stderr
