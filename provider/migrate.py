"""The schema's revisions: where the database stands, and the way up and down."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, MetaData, Table, text

import models
from models.base import Base
from models.database import Database
from models.errors import StoreUnavailable
from provider.private_files import make_private_file
from provider.schema_revision import MIGRATIONS

VERSION_TABLE = "alembic_version"
ADVISORY_LOCK = 0x7061706572  # any number that is ours: the letters of "paper"


class UnknownRevision(Exception):
    """There is no such revision, or the database stands at one that this checkout does not know."""


class Move(NamedTuple):
    """The revisions before and after; ``None`` is a database without tables."""

    before: str | None
    after: str | None


def upgrade(database: Database) -> Move:
    """Bring the schema to the newest revision; makes the SQLite file, does nothing where all is there.

    Raises:
        UnknownRevision: the database was made by a newer Paper.
        StoreUnavailable: the database cannot be reached, or stayed locked.
    """
    _make_sqlite_file(database)
    with _configured(database) as (config, connection):
        before = stands_at(connection)
        command.upgrade(config, "head")
        return Move(before, stands_at(connection))


def downgrade(database: Database, revision: str) -> Move:
    """Take the schema back to ``revision``; what newer columns held is lost.

    Args:
        database: the one to change.
        revision: ``-1`` (steps back), a revision, or ``base`` (no tables).

    Raises:
        UnknownRevision: there is no such revision below the present one.
        StoreUnavailable: the database cannot be reached, or stayed locked.
    """
    known = revisions()
    if revision not in ("base", *known) and not re.fullmatch("-[1-9][0-9]{0,3}", revision):
        raise UnknownRevision(f"there is no revision {revision!r}; allowed: -1, base, {', '.join(known)}")
    with _configured(database) as (config, connection):
        before = stands_at(connection)
        command.downgrade(config, revision)
        return Move(before, stands_at(connection))


@contextmanager
def rebuilt(database: Database, revision: str) -> Iterator[Connection]:
    """Empty tables of ``revision``, in the place of all that is there, for the block to fill.

    Afterwards they are brought to the newest revision; an exception leaves everything as it was.

    Raises:
        UnknownRevision: the database, or ``revision``, is of a newer Paper.
        StoreUnavailable: the database cannot be reached, or stayed locked.
    """
    _make_sqlite_file(database)
    if revision not in revisions():
        raise UnknownRevision(f"revision {revision} is of a newer Paper; this one knows up to {newest()}")
    with _configured(database) as (config, connection):
        _empty(connection)
        if stands_at(connection) is not None:
            command.downgrade(config, "base")
        command.upgrade(config, revision)
        yield connection
        command.upgrade(config, "head")


def tables(connection: Connection) -> list[Table]:
    """Return the tables as they are in the database, those that others refer to first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != VERSION_TABLE]


def current(database: Database) -> str | None:
    """Return the revision of the database; ``None`` for one without tables.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    with database.reading() as session:
        return stands_at(session.connection())


def newest() -> str | None:
    """Return the newest revision of this checkout."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def revisions() -> list[str]:
    """Return every revision of this checkout, newest first."""
    return [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


def target_metadata() -> MetaData:
    """Return the tables as ``models/`` has them, all of its modules loaded."""
    for module in pkgutil.iter_modules(models.__path__, "models."):
        importlib.import_module(module.name)
    return Base.metadata


@contextmanager
def _configured(database: Database) -> Iterator[tuple[Config, Connection]]:
    """One transaction around all revisions; a second process waits for the first one's."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with database.session() as session:
        connection = session.connection()
        _wait_for_others(connection)
        config.attributes["connection"] = connection
        try:
            yield config, connection
        except CommandError as error:
            raise UnknownRevision(str(error)) from error


def _make_sqlite_file(database: Database) -> None:
    if not database.is_sqlite or not database.url.database:
        return
    path = Path(database.url.database)
    try:
        make_private_file(path)
    except OSError as error:
        raise StoreUnavailable(f"{path}: {error.strerror}") from error


def _empty(connection: Connection) -> None:
    for table in reversed(tables(connection)):
        connection.execute(table.delete())


def stands_at(connection: Connection) -> str | None:
    """Return the revision that a connection sees; ``None`` where there are no tables."""
    return MigrationContext.configure(connection).get_current_revision()


def _wait_for_others(connection: Connection) -> None:
    """Take a lock until the end of the transaction; on SQLite BEGIN IMMEDIATE is one."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
