"""What `make run` needs before the first request: made where missing, safe to run again."""

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from keys.store import KeyRecord
from models.user import User
from provider import first_run
from provider.key_store import DatabaseKeyStore
from provider.setting_kinds import sqlite_url
from provider.settings import Settings
from provider.wiring import Services

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is not there yet, named by the environment."""
    for name in [name for name in os.environ if name.startswith("PAPER_")]:
        monkeypatch.delenv(name)
    path = tmp_path / "instance"
    monkeypatch.setenv("PAPER_DATABASE_URL", sqlite_url(path / "paper.db"))
    monkeypatch.setenv("PAPER_MASTER_KEY_FILE", str(path / "master.key"))
    return path


def keys_of(services: Services) -> list[KeyRecord]:
    return DatabaseKeyStore(services.database).load()


def test_the_first_run_makes_everything_and_the_second_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """DESIGN §5, §6: master key, schema, signing keys, a first person whose password is shown once."""
    first = first_run.main()
    said = capsys.readouterr().out
    files = {path.name: path.read_bytes() for path in folder.glob("master.key")}
    services = Services(Settings.from_environ(os.environ))
    keys = keys_of(services)

    second = first_run.main()
    said_again = capsys.readouterr().out

    assert (first, second) == (0, 0)
    assert {record.alg for record in keys} == {"RS256", "ES256"}
    assert keys_of(services) == keys
    assert (folder / "master.key").read_bytes() == files["master.key"]
    password = said.partition("with the password")[2].split()[0]
    assert services.people.authenticate("admin", password) is not None
    assert password not in said_again
    assert "flask client create" in said
    with services.database.reading() as session:
        assert len(session.scalars(select(User)).all()) == 1
    services.database.dispose()


@pytest.mark.security
def test_what_is_made_is_for_its_owner_alone(folder: Path) -> None:
    """DESIGN §5: the master key has mode 0600."""
    services = Services(Settings.from_environ(os.environ))
    first_run.prepare(services)
    services.database.dispose()

    assert stat.S_IMODE((folder / "master.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) & 0o007 == 0


def test_a_bad_setting_is_one_line_and_status_2(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN §6: bad input writes nothing."""
    monkeypatch.setenv("PAPER_CODE_SECONDS", "soon")

    status = first_run.main()

    assert status == 2
    assert "PAPER_CODE_SECONDS" in capsys.readouterr().err
    assert not folder.exists()


def test_a_database_that_cannot_be_opened_is_status_2(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN §6: one line, no trace."""
    folder.mkdir()
    (folder / "paper.db").mkdir()

    status = first_run.main()

    captured = capsys.readouterr()
    assert status == 2
    assert "Traceback" not in captured.err
    assert captured.err.strip()
