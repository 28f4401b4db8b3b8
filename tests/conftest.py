"""Fixtures that every test may ask for: a clock, settings, and a database of each kind."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from provider.settings import Settings
from tests.databases import PostgreSQLServer, PostgreSQLTemplate, SQLiteTemplate, Template, find_postgresql

pytest_plugins = ["tests.running", "tests.live"]

# A run that a shell began in the background ignores SIGINT, and so would every server that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

POSTGRESQL = find_postgresql()
KINDS = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgres", id="postgres", marks=pytest.mark.postgres),
]


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, now: int = 1_800_000_000) -> None:
        self._now = now

    def __call__(self) -> int:
        """Return the time as a NumericDate."""
        return self._now

    def now(self) -> int:
        """Return the time as a NumericDate."""
        return self._now

    def advance(self, *, seconds: int) -> None:
        """Let time pass; a negative number turns the clock back."""
        self._now += seconds


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("PAPER_TEST_POSTGRES") == "require" and POSTGRESQL is None:
        raise pytest.UsageError("PAPER_TEST_POSTGRES=require, but initdb, pg_ctl and postgres are not here")


def pytest_report_header() -> str:
    if POSTGRESQL is None:
        return "PostgreSQL: its server programs are not here, so its tests are left out"
    return f"PostgreSQL: a server of our own from {POSTGRESQL}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_kind" in metafunc.fixturenames:
        kinds = KINDS if POSTGRESQL else KINDS[:1]
        metafunc.parametrize("database_kind", kinds, scope="session")


@pytest.fixture
def clock() -> Clock:
    """A clock that a test moves by ``advance``."""
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Default settings; no file outside of the test's own directory."""
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'paper.db'}", master_key_file=tmp_path / "master.key"
    )


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SQLiteTemplate:
    return SQLiteTemplate(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgreSQLServer]:
    """The run's own server."""
    assert POSTGRESQL is not None
    server = PostgreSQLServer(POSTGRESQL)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgreSQLServer) -> PostgreSQLTemplate:
    return PostgreSQLTemplate(postgres_server)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a migrated, empty database of the test's own; the test runs once for each kind."""
    template: Template = request.getfixturevalue(f"{database_kind}_template")
    with template.copy() as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The database at ``database_url``."""
    database = Database(database_url, sqlite_synchronous="NORMAL")
    yield database
    database.dispose()
