"""flask db: what an operator types and sees."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from models.database import Database
from provider import migrate
from provider.cli.db import db_cli
from provider.setting_kinds import sqlite_url
from provider.settings import Settings
from provider.wiring import Services

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, settings: Settings) -> Run:
    """Run ``flask db`` with arguments against the test's database."""
    app = Flask(__name__)
    app.extensions["provider"] = services = Services(
        Settings(database_url=database_url, master_key_file=settings.master_key_file)
    )

    def invoke(*arguments: str) -> Result:
        with app.app_context():
            result = CliRunner().invoke(db_cli, arguments)
        services.database.dispose()
        return result

    return invoke


def test_current_shows_the_newest_revision(run: Run) -> None:
    """A migrated database stands at the head."""
    result = run("current")

    assert (result.exit_code, result.stdout) == (0, f"{migrate.newest()}\n")


def test_downgrade_to_base_and_upgrade_say_what_they_did(run: Run) -> None:
    """Both directions, in the words of the revisions."""
    outputs = [run(*arguments).stdout for arguments in (["downgrade", "base"], ["current"], ["upgrade"])]

    newest = migrate.newest()
    assert outputs == [f"{newest} -> base\n", f"base (newest: {newest})\n", f"base -> {newest}\n"]


def test_upgrade_may_be_repeated(run: Run) -> None:
    """Nothing to do is no error."""
    result = run("upgrade")

    assert (result.exit_code, result.stdout) == (0, f"already at {migrate.newest()}\n")


@pytest.mark.parametrize("revision", ["", "@", "9999", "+1", "-0", "heads", "-x", "é"])
def test_wrong_revision_is_one_line_and_changes_nothing(run: Run, database: Database, revision: str) -> None:
    """Bad input: one line that names the argument and what is allowed, exit status 2."""
    result = run("downgrade", revision)

    assert result.exit_code == 2
    assert result.stderr.startswith("Error: REVISION: there is no revision")
    assert result.stderr.count("\n") == 1
    assert migrate.current(database) == migrate.newest()


def test_more_steps_back_than_there_are_is_one_line(run: Run) -> None:
    """A number that is too large is bad input too."""
    result = run("downgrade", "-999")

    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_upgrade_makes_the_database_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A fresh checkout has no instance directory."""
    path = tmp_path_factory.mktemp("fresh") / "instance" / "paper.db"
    database = Database(f"sqlite:///{path}")

    migrate.upgrade(database)

    assert migrate.current(database) == migrate.newest()
    database.dispose()


def test_a_file_that_cannot_be_made_is_one_line(tmp_path: Path, settings: Settings) -> None:
    """A volume that belongs to somebody else, a disk that is missing: no traceback."""
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "paper.db"
    app = Flask(__name__)
    app.extensions["provider"] = Services(replace(settings, database_url=sqlite_url(path)))

    with app.app_context():
        result = CliRunner().invoke(db_cli, ["upgrade"])

    assert result.exit_code == 1
    assert result.stderr == f"Error: the database cannot be used: {path}: File exists\n"
