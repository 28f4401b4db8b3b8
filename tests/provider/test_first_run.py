"""What `make run` needs before the first request: made where missing, safe to run again."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from keys.store import KeyRecord
from provider import first_run
from provider.key_store import DatabaseKeyStore
from provider.setting_kinds import sqlite_url
from provider.settings import Settings
from provider.wiring import Services
from validators.audit_directory import AuditDirectory

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


def link_in(said: str) -> str:
    """Return the token of the set-up link that was printed, on a line of its own."""
    (line,) = [line.strip() for line in said.splitlines() if "/setup?token=" in line]
    assert line.startswith("http://localhost:9031/setup?token=")
    return line.partition("token=")[2]


@pytest.fixture
def services(folder: Path) -> Iterator[Services]:
    """The objects over what the first run makes."""
    services = Services(Settings.from_environ(os.environ))
    yield services
    services.database.dispose()


def test_the_first_run_makes_everything_and_the_second_nothing(
    folder: Path, services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    """DESIGN §5, §6: master key, schema, signing keys, and nobody: there is no password to leave as it is."""
    first = first_run.main()
    said = capsys.readouterr().out
    master_key = (folder / "master.key").read_bytes()
    keys = keys_of(services)

    second = first_run.main()

    assert (first, second) == (0, 0)
    assert {record.alg for record in keys} == {"RS256", "ES256"}
    assert keys_of(services) == keys
    assert (folder / "master.key").read_bytes() == master_key
    assert services.people.list() == []
    assert "15 minutes" in said
    assert "flask client create" in said


def test_each_run_prints_a_fresh_link_until_somebody_is_there(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of all links the last one's counts; then there is nothing to say. Each is a security event."""
    first_run.main()
    old = link_in(capsys.readouterr().out)
    first_run.main()
    fresh = link_in(capsys.readouterr().out)

    assert not services.set_up.is_open(old)
    assert services.set_up.complete(fresh, "ada", "correct horse") is not None
    assert first_run.main() == 0
    assert capsys.readouterr().out == ""
    events = AuditDirectory(services.database, services.digests).list(limit=100)
    assert [each.event for each in events] == ["setup_link_made"] * 2


def test_a_person_made_by_command_ends_the_set_up(
    services: Services, capsys: pytest.CaptureFixture[str]
) -> None:
    """``flask user create`` on an empty database stays possible."""
    first_run.main()
    link = link_in(capsys.readouterr().out)

    services.people.create("ada", password="correct horse", is_operator=True)

    assert not services.set_up.is_open(link)
    assert first_run.main() == 0
    assert capsys.readouterr().out == ""


@pytest.mark.security
def test_what_is_made_is_for_its_owner_alone(folder: Path, services: Services) -> None:
    """DESIGN §5: the master key has mode 0600."""
    first_run.prepare(services)

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
