"""Fixtures of a provider that runs inside the test."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from keys import private_key
from keys.master_key import MasterKeys
from keys.promotion import KeyTimes
from keys.rotation import Rotation
from keys.sealed import Sealer
from keys.store import KeyRecord
from models.database import Database, Statement
from provider.factory import create_app
from provider.key_store import DatabaseKeyStore
from provider.locales import TRANSLATIONS, compile_catalogs
from provider.settings import Settings
from provider.wiring import Services
from tests.browser import Browser
from tests.builders import make_user
from tests.conftest import Clock
from validators.passwords import PasswordPolicy, Passwords

QUICK_PASSWORDS = Passwords(PasswordPolicy(memory_kib=8, iterations=1))


@pytest.fixture(scope="session")
def master_keys() -> MasterKeys:
    """One master key for the whole run."""
    return MasterKeys.generate()


@pytest.fixture(scope="session")
def first_keys(master_keys: MasterKeys) -> list[KeyRecord]:
    """The first signing keys, made once: an RSA key takes its time."""
    store = KeysInMemory()
    Rotation(store, Sealer(master_keys, private_key.PURPOSE), KeyTimes(300)).make_first(0)
    return store.records


@pytest.fixture(scope="session")
def catalogs() -> None:
    """The languages, compiled as set-up does."""
    compile_catalogs(TRANSLATIONS)


@pytest.fixture
def services(
    settings: Settings,
    database_url: str,
    clock: Clock,
    master_keys: MasterKeys,
    first_keys: list[KeyRecord],
    catalogs: None,
) -> Iterator[Services]:
    """A provider's objects over a database of the test's own, with signing keys."""
    services = Services(
        replace(settings, database_url=database_url, sqlite_synchronous="NORMAL"),
        clock=clock,
        passwords=QUICK_PASSWORDS,
        master_keys=master_keys,
    )
    store = DatabaseKeyStore(services.database)
    for record in first_keys:
        assert store.replace(record.alg, [], [record])
    yield services
    services.database.dispose()


@pytest.fixture
def app(services: Services) -> Flask:
    """The provider."""
    return create_app(services=services)


@pytest.fixture
def http(app: Flask) -> FlaskClient:
    """A client's and a person's way to the provider."""
    return app.test_client()


@pytest.fixture
def ada(services: Services) -> str:
    """The ``sub`` of a person who can sign in."""
    return make_user(services)


@pytest.fixture
def browser(http: FlaskClient) -> Browser:
    """Ada's browser, nobody signed in yet."""
    return Browser(http)


@pytest.fixture
def signed_in(browser: Browser, ada: str) -> Browser:
    """Ada's browser after she has signed in."""
    browser.sign_in(browser.http.get("/login"))
    return browser


@pytest.fixture
def statements(services: Services, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The verbs of all statements that are run, on held connections and in transactions."""
    seen: list[str] = []
    run = Database.run

    def counted(self: Database, statement: Statement, params: Any) -> Any:
        seen.append(statement.sql.split()[0])
        return run(self, statement, params)

    def on_execute(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        seen.append(sql.split()[0])

    monkeypatch.setattr(Database, "run", counted)
    event.listen(services.database.engine, "before_cursor_execute", on_execute)
    event.listen(services.database._held_engine, "before_cursor_execute", on_execute)
    return seen


class KeysInMemory:
    """A key store for one run."""

    unavailable = ()

    def __init__(self) -> None:
        self.records: list[KeyRecord] = []

    def load(self) -> list[KeyRecord]:
        """Return every record."""
        return list(self.records)

    def replace(self, alg: str, seen: Sequence[KeyRecord], records: Sequence[KeyRecord]) -> bool:
        """Make ``records`` all there is for ``alg``."""
        self.records = [record for record in self.records if record.alg != alg] + list(records)
        return True
