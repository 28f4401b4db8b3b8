"""The schema's revisions: where the database stands, and the way up and down."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, text

import models
from models.base import Base
from models.database import Database
from provider.setting_kinds import CHECKOUT

MIGRATIONS = CHECKOUT / "migrations"
ADVISORY_LOCK = 0x7061706572  # any number that is ours: the letters of "paper"


class UnknownRevision(Exception):
    """There is no such revision, or the database stands at one that this checkout does not know."""


def upgrade(database: Database) -> None:
    """Bring the schema to the newest revision; makes the SQLite file, does nothing where all is there.

    Raises:
        UnknownRevision: the database was made by a newer Paper.
        StoreUnavailable: the database cannot be reached, or stayed locked.
    """
    if database.is_sqlite and database.url.database:
        Path(database.url.database).parent.mkdir(parents=True, exist_ok=True)
    with _configured(database) as config:
        command.upgrade(config, "head")


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to ``revision`` (``base``: no tables). What newer columns held is lost.

    Raises:
        UnknownRevision: there is no such revision below the present one.
        StoreUnavailable: the database cannot be reached, or stayed locked.
    """
    with _configured(database) as config:
        command.downgrade(config, revision)


def current(database: Database) -> str | None:
    """Return the revision of the database; ``None`` for one without tables."""
    with database.reading() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()


def newest() -> str | None:
    """Return the newest revision of this checkout."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def target_metadata() -> MetaData:
    """Return the tables as ``models/`` has them, all of its modules loaded."""
    for module in pkgutil.iter_modules(models.__path__, "models."):
        importlib.import_module(module.name)
    return Base.metadata


@contextmanager
def _configured(database: Database) -> Iterator[Config]:
    """One transaction around all revisions; a second process waits for the first one's."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with database.session() as session:
        connection = session.connection()
        _wait_for_others(connection)
        config.attributes["connection"] = connection
        try:
            yield config
        except CommandError as error:
            raise UnknownRevision(str(error)) from error


def _wait_for_others(connection: Connection) -> None:
    """Take a lock until the end of the transaction; on SQLite BEGIN IMMEDIATE is one."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
