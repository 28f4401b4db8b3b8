"""One provider in process, with people, clients, a clock and an ear at its log."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask

from keys.master_key import MasterKeys
from keys.store import KeyRecord
from provider.factory import create_app
from provider.key_store import DatabaseKeyStore
from provider.settings import Settings
from provider.wiring import Services
from tests.builders import make_user
from tests.conftest import Clock
from tests.running import QUICK_PASSWORDS


class World:
    """A provider that many examples share.

    Args:
        services: its objects.
        clock: its time.
    """

    def __init__(self, services: Services, clock: Clock) -> None:
        self.services = services
        self.clock = clock
        self.app: Flask = create_app(services=services)
        self.sub = make_user(services)
        self.secrets: set[str] = set()
        self._log = io.StringIO()

    def keep(self, *secrets: str | None) -> None:
        """Remember what must not be logged."""
        self.secrets.update(each for each in secrets if each)

    def check_log(self) -> None:
        """Fail if a secret was logged since the last time."""
        written = self._log.getvalue()
        self._log.seek(0)
        self._log.truncate()
        assert [each for each in self.secrets if each in written] == [], written

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take what the provider's own handler writes, at DEBUG."""
        root = logging.getLogger()
        handler = next(each for each in root.handlers if type(each) is logging.StreamHandler)
        level, before = root.level, handler.setStream(self._log)
        root.setLevel(logging.DEBUG)
        yield
        root.setLevel(level)
        if before is not None:
            handler.setStream(before)


@contextmanager
def world_at(
    url: str, folder: Path, master_keys: MasterKeys, first_keys: list[KeyRecord], **values: str
) -> Iterator[World]:
    """Lend a world over a migrated, empty database."""
    clock = Clock()
    base = Settings(database_url=url, master_key_file=folder / "master.key")
    settings = replace(base, sqlite_synchronous="OFF", log_level="debug", log_format="json", **values)  # type: ignore[arg-type]
    services = Services(settings, clock=clock, passwords=QUICK_PASSWORDS, master_keys=master_keys)
    store = DatabaseKeyStore(services.database)
    for record in first_keys:
        assert store.replace(record.alg, [], [record])
    world = World(services, clock)
    with world.listening():
        yield world
    services.database.dispose()
