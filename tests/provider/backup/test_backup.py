"""flask backup and flask restore: a provider comes back whole, from any database, or not at all."""

import gzip
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from keys import passphrase_seal
from keys.master_key import MasterKeys
from keys.passphrase_seal import SealingWriter, opened
from models.audit_event import AuditEvent
from models.database import Database
from models.user import User
from provider import migrate
from provider.cli.backup import backup_cli as backup
from provider.cli.backup import restore_cli as restore
from provider.factory import create_app
from provider.first_run import prepare
from provider.settings import Settings
from provider.wiring import Services
from tests.browser import Browser, redeem, refresh
from tests.builders import make_client, make_user
from tests.conftest import Clock
from tests.running import QUICK_PASSWORDS

PASSPHRASE = "correct horse battery staple"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work for a key is not what is tested here."""
    monkeypatch.setattr(passphrase_seal, "COST", 2)


@pytest.fixture
def services(services: Services, master_keys: MasterKeys) -> Services:
    """A provider whose master keys are in their file."""
    master_keys.save(services.settings.master_key_file)
    return services


@pytest.fixture
def empty(tmp_path: Path, clock: Clock) -> Iterator[Services]:
    """Where nothing is yet: no database file, no master key."""
    folder = tmp_path / "new"
    settings = Settings(
        database_url=f"sqlite:///{folder / 'paper.db'}", master_key_file=folder / "master.key"
    )
    services = Services(settings, clock=clock, passwords=QUICK_PASSWORDS)
    yield services
    services.database.dispose()


def types(
    services: Services, command: click.Command, *arguments: str, passphrase: str = PASSPHRASE
) -> Result:
    with create_app(services=services).app_context():
        return CliRunner().invoke(command, [*arguments, "--passphrase-file", "-"], input=f"{passphrase}\n")


def people(database: Database) -> int:
    with database.reading() as session:
        return session.execute(select(func.count()).select_from(User)).scalar_one()


def test_a_provider_comes_back_in_an_empty_folder(
    services: Services, empty: Services, http: FlaskClient, signed_in: Browser, tmp_path: Path
) -> None:
    """From any database to SQLite: keys, people, clients and live grants; the old refresh token works."""
    client, secret = make_client(services)
    before = redeem(http, client, secret, signed_in.code_for(client, scope="openid offline_access"))
    file = tmp_path / "paper.backup"

    written = types(services, backup, str(file))
    restored = types(empty, restore, str(file))

    assert (written.exit_code, restored.exit_code) == (0, 0), written.output + restored.output
    assert file.stat().st_mode & 0o777 == 0o600
    assert empty.settings.master_key_file.stat().st_mode & 0o777 == 0o600
    assert empty.key_ring.published() == services.key_ring.published()
    again = create_app(services=empty).test_client()
    after = refresh(again, client, secret, before.get_json()["refresh_token"])
    assert after.status_code == 200
    info = again.get("/userinfo", headers={"Authorization": f"Bearer {before.get_json()['access_token']}"})
    assert info.status_code == 200


def test_links_and_roles_come_back(services: Services, empty: Services, ada: str, tmp_path: Path) -> None:
    """Who was invited before can come in after, once; an operator stays one."""
    invited = services.people.create("grace", is_operator=True)
    link = services.account_links.issue(invited.id, 86400)
    assert link is not None
    file = str(tmp_path / "paper.backup")
    assert types(services, backup, file).exit_code == 0

    restored = types(empty, restore, file)

    assert restored.exit_code == 0, restored.output
    user = empty.account_links.set_password(link.token, "another password")
    assert user is not None
    assert (user.name, user.is_operator) == ("grace", True)
    assert empty.account_links.find(link.token) is None


def test_restore_replaces_only_when_told_to(
    services: Services, empty: Services, ada: str, tmp_path: Path
) -> None:
    """Into any database; what was there goes, but master keys that were there are kept."""
    prepare(empty)
    make_user(empty, "grace")
    make_user(empty, "mary")
    grown = str(tmp_path / "grown.backup")
    assert types(empty, backup, grown).exit_code == 0
    key_file = services.settings.master_key_file
    old_keys = key_file.read_bytes()

    refused = types(services, restore, grown)
    assert (refused.exit_code, people(services.database), key_file.read_bytes()) == (2, 1, old_keys)
    assert "--replace" in refused.stderr
    done = types(services, restore, grown, "--replace")

    assert done.exit_code == 0, done.output
    assert people(services.database) == 2
    assert migrate.current(services.database) == migrate.newest()
    assert key_file.read_bytes() == empty.settings.master_key_file.read_bytes()
    (kept,) = key_file.parent.glob("master.key.????????")
    assert kept.read_bytes() == old_keys


def test_numbered_rows_go_on_after_those_restored(services: Services, ada: str, tmp_path: Path) -> None:
    """PostgreSQL numbers events by a sequence, which does not see rows that bring their numbers along."""
    trail = services.audit_trail
    for _ in range(8):
        trail.record("signed_in", {"user_id": ada})
    file = str(tmp_path / "own.backup")
    assert types(services, backup, file).exit_code == 0
    assert types(services, restore, file, "--replace").exit_code == 0

    for _ in range(3):
        trail.record("signed_in", {"user_id": ada})

    with services.database.reading() as session:
        assert session.execute(select(func.count()).select_from(AuditEvent)).scalar_one() >= 11


def test_restore_refuses_rows_under_the_same_master_keys(
    services: Services, ada: str, tmp_path: Path
) -> None:
    """The provider's own backup does not silently turn it back."""
    file = str(tmp_path / "own.backup")
    assert types(services, backup, file).exit_code == 0

    refused = types(services, restore, file)

    assert refused.exit_code == 2
    assert "holds rows already" in refused.stderr


def test_backup_is_of_one_moment(services: Services, ada: str, tmp_path: Path) -> None:
    """Writers go on meanwhile, and what they write is not in it."""
    with services.database.snapshot() as connection:
        count = select(func.count()).select_from(User)
        assert connection.execute(count).scalar_one() == 1
        writer = threading.Thread(target=make_user, args=(services, "grace"))
        writer.start()
        writer.join(10)

        assert not writer.is_alive()
        assert connection.execute(count).scalar_one() == 1

    assert people(services.database) == 2


def test_backup_of_an_older_schema_is_brought_up_to_date(
    services: Services, empty: Services, ada: str, tmp_path: Path
) -> None:
    """What a release ago wrote can be read today."""
    migrate.downgrade(services.database, "0009")
    file = str(tmp_path / "old.backup")
    assert types(services, backup, file).exit_code == 0

    assert types(empty, restore, file).exit_code == 0

    assert migrate.current(empty.database) == migrate.newest()
    assert people(empty.database) == 1


def rewritten(file: Path, change: str) -> Path:
    """Return a genuine backup that holds something else."""
    with file.open("rb") as stream:
        lines = gzip.decompress(b"".join(opened(stream, PASSPHRASE))).splitlines(keepends=True)
    head = json.loads(lines[0])
    if change == "revision":
        head["revision"] = "9999"
    elif change == "format":
        head["format"] = 2
    packed = gzip.compress(
        b"".join([json.dumps(head).encode() + b"\n", *lines[1 : -2 if change == "rows" else None]])
    )
    sealed = io.BytesIO()
    writer = SealingWriter(sealed, PASSPHRASE)
    writer.write(packed)
    writer.close()
    file.write_bytes(sealed.getvalue())
    return file


@pytest.mark.parametrize(
    ("change", "said"),
    [("revision", "newer Paper"), ("format", "newer Paper"), ("rows", "rows are missing")],
)
def test_restore_refuses_what_it_cannot_read_whole(
    services: Services, empty: Services, ada: str, tmp_path: Path, change: str, said: str
) -> None:
    """A newer schema or format, and fewer rows than it says: one line, and nothing is written."""
    prepare(empty)
    keys_before = empty.settings.master_key_file.read_bytes()
    file = tmp_path / "paper.backup"
    assert types(services, backup, str(file)).exit_code == 0

    refused = types(empty, restore, str(rewritten(file, change)), "--replace")

    assert refused.exit_code == 2
    assert said in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert empty.settings.master_key_file.read_bytes() == keys_before
    with empty.database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM signing_keys")).scalar_one() == 2


def test_wrong_passphrase_and_damage_change_nothing(
    services: Services, empty: Services, tmp_path: Path
) -> None:
    """One line on stderr; no database is made."""
    file = tmp_path / "paper.backup"
    assert types(services, backup, str(file)).exit_code == 0

    wrong = types(empty, restore, str(file), passphrase="incorrect horse")
    file.write_bytes(file.read_bytes()[:-1])
    cut = types(empty, restore, str(file))
    missing = types(empty, restore, str(tmp_path / "elsewhere"))

    assert (wrong.exit_code, cut.exit_code, missing.exit_code) == (1, 1, 2)
    assert all(result.stderr.count("\n") == 1 for result in (wrong, cut, missing))
    assert not empty.settings.master_key_file.parent.exists()


def test_backup_refuses_a_short_passphrase_and_a_file_that_is_there(
    services: Services, empty: Services, tmp_path: Path
) -> None:
    """What is there is never overwritten, and half a file never appears."""
    file = tmp_path / "paper.backup"

    short = types(services, backup, str(file), passphrase="short")
    assert not file.exists()
    file.write_text("mine")
    there = types(services, backup, str(file))

    assert (short.exit_code, there.exit_code) == (2, 2)
    assert file.read_text() == "mine"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".paper")]


def test_backup_needs_tables(empty: Services, master_keys: MasterKeys, tmp_path: Path) -> None:
    """An empty database is not worth a file."""
    empty.settings.master_key_file.parent.mkdir()
    master_keys.save(empty.settings.master_key_file)

    result = types(empty, backup, str(tmp_path / "paper.backup"))

    assert result.exit_code == 1
    assert "flask db upgrade" in result.stderr
    assert not (tmp_path / "paper.backup").exists()


def test_secrets_are_not_in_the_file(services: Services, ada: str, tmp_path: Path) -> None:
    """Neither names nor keys can be read without the passphrase."""
    file = tmp_path / "paper.backup"
    types(services, backup, str(file))
    sealed = file.read_bytes()

    assert b"ada" not in gzip_or_plain(sealed)
    assert services.settings.issuer.encode() not in sealed


def gzip_or_plain(data: bytes) -> bytes:
    """Return the rest of ``data`` from where a gzip stream would begin, unpacked."""
    start = data.find(b"\x1f\x8b\x08")
    try:
        return gzip.decompress(data[start:]) if start >= 0 else b""
    except (OSError, EOFError):
        return b""
