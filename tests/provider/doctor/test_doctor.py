"""flask doctor: every finding with what to do, and an exit status that a script can use."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text, update

from keys import private_key
from keys.master_key import MasterKeys
from keys.promotion import KeyTimes
from keys.rotation import Rotation
from keys.sealed import Sealer
from models.client import ClientRow
from models.database import Database
from provider.cli.doctor import doctor_cli as doctor
from provider.doctor.clients import examine_clients
from provider.doctor.clock import UNSYNCHRONISED, examine_clock
from provider.doctor.configuration import examine_settings
from provider.doctor.database import examine_database
from provider.doctor.findings import Finding, Level
from provider.doctor.signing_keys import DAY, examine_keys
from provider.factory import create_app
from provider.key_store import DatabaseKeyStore
from provider.migrate import downgrade
from provider.settings import Settings
from provider.wiring import Services
from tests.builders import make_client
from tests.conftest import Clock
from tests.live import LiveProvider
from tests.sqlite_only import database_url as database_url

NOW = 1_800_000_000


def ask(services: Services, *arguments: str) -> Result:
    with create_app(services=services).app_context():
        return CliRunner().invoke(doctor, arguments)


def graver(findings: Any) -> list[Finding]:
    return [finding for finding in findings if finding.level is not Level.OK]


@pytest.mark.slow
def test_a_running_provider_is_well(tmp_path: Path) -> None:
    """Over its own address, as a browser comes: nothing but the clock of a test machine to complain of."""
    provider = LiveProvider(tmp_path)
    with provider.serving():
        services = Services(Settings.from_environ({k: v for k, v in provider.environ.items() if k != "PATH"}))
        told = json.loads(ask(services, "--json").stdout)

    assert {finding["topic"] for finding in told if finding["level"] != "ok"} <= {"clock"}
    assert {"issuer", "database", "keys", "clients", "settings", "host"} <= {one["topic"] for one in told}
    services.database.dispose()


def test_every_grave_finding_says_what_to_do(services: Services) -> None:
    """No master key file, no server: exit status 2, and a line of advice for each."""
    result = ask(services)
    told = json.loads(ask(services, "--json", "--offline").stdout)

    assert result.exit_code == 2
    assert "No such file" in result.stdout
    assert "cannot be reached" in result.stdout
    assert all(finding["advice"] for finding in told if finding["level"] != "ok")
    assert not any(finding["topic"] == "issuer" for finding in told)


def test_nothing_is_made(settings: Settings) -> None:
    """A missing database stays missing, and so does the master key."""
    services = Services(settings)

    assert ask(services, "--offline").exit_code == 2

    assert list(settings.master_key_file.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"issuer": "https://id.example"}, "PAPER_TRUSTED_PROXIES"),
        ({"workers": 2}, "PAPER_RATE_LIMIT_STORAGE"),
        ({"registration": "open"}, "PAPER_REGISTRATION"),
        ({"log_level": "debug"}, "PAPER_LOG_LEVEL"),
        ({"outbound_allow": ("10.0.0.0/8",)}, "PAPER_OUTBOUND_ALLOW"),
        ({"outbound_allow": ("10.1.0.0/16", "jwks.example")}, None),
    ],
)
def test_settings_that_are_seldom_meant(
    settings: Settings, changes: dict[str, Any], said: str | None
) -> None:
    """Each is allowed, and each is a warning."""
    found = graver(examine_settings(replace(settings, **changes)))

    assert [finding.level for finding in found] == ([Level.WARNING] if said else [])
    assert said is None or said in found[0].advice


def test_database_behind_is_an_error_and_one_ahead_too(database: Database) -> None:
    """Flask db upgrade mends the first; the second wants the newer Paper."""
    os.chmod(str(database.url.database), 0o600)
    assert graver(examine_database(database, NOW)) == []
    downgrade(database, "-1")
    (behind,) = graver(examine_database(database, NOW))
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    (ahead,) = graver(examine_database(database, NOW))

    assert (behind.level, behind.advice) == (Level.ERROR, "run: flask db upgrade")
    assert (ahead.level, ahead.text) == (Level.ERROR, "the schema is at revision 9999, of a newer Paper")


def test_database_open_to_others(database: Database) -> None:
    """Digests and people are in it."""
    os.chmod(str(database.url.database), 0o644)

    (found,) = graver(examine_database(database, NOW))

    assert found.level is Level.WARNING
    assert "chmod 600" in found.advice


def test_keys(database: Database, settings: Settings, clock: Clock) -> None:
    """Missing, then young, then old, then of another master key."""
    master_keys = MasterKeys.create(settings.master_key_file)
    (missing,) = graver(examine_keys(settings, database, clock()))
    rotation = Rotation(DatabaseKeyStore(database), Sealer(master_keys, private_key.PURPOSE), KeyTimes(300))
    rotation.make_first(clock())
    young = graver(examine_keys(settings, database, clock()))
    old = graver(examine_keys(settings, database, clock() + 92 * DAY))
    MasterKeys.generate().save(settings.master_key_file)
    foreign = graver(examine_keys(settings, database, clock()))
    settings.master_key_file.chmod(0o644)
    (exposed,) = graver(examine_keys(settings, database, clock()))

    assert "flask keys rotate --alg RS256" in missing.advice
    assert young == []
    assert {(finding.level, "longer than 90" in finding.text) for finding in old} == {(Level.WARNING, True)}
    assert {finding.level for finding in foreign} == {Level.ERROR}
    assert "chmod 600" in exposed.text


def test_clients_with_weak_choices_are_named(services: Services, clock: Clock) -> None:
    """RFC 9700 §2.1.2, §2.4, and clients that let nobody in; a deleted one is nobody's worry."""
    make_client(services)
    implicit, _ = make_client(services, grant_types=["implicit"], response_types=["id_token token"])
    password, _ = make_client(services, grant_types=["password"], redirect_uris=[])
    gone, _ = make_client(services, grant_types=["password"], redirect_uris=[])
    services.client_directory.delete(gone.client_id)
    with services.database.session() as session:
        session.execute(
            update(ClientRow)
            .where(ClientRow.client_id == implicit.client_id)
            .values(created_at=clock() - 200 * DAY)
        )

    found = graver(examine_clients(services.database, clock()))

    assert sorted(finding.text.split(" ")[0] for finding in found) == sorted(
        [implicit.client_id, implicit.client_id, password.client_id]
    )
    assert all(finding.level is Level.WARNING and finding.advice for finding in found)


@pytest.mark.parametrize(
    ("now", "state", "level"),
    [
        (NOW, 0, Level.OK),
        (NOW, -1, Level.OK),
        (NOW, UNSYNCHRONISED, Level.WARNING),
        (0, 0, Level.ERROR),
    ],
)
def test_clock(now: int, state: int, level: Level) -> None:
    """What the kernel says (adjtimex), and a clock that has lost its battery."""
    assert [finding.level for finding in examine_clock(now, lambda: state)] == [level]
