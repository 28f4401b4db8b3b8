"""The database: there, of this schema, safe against a pulled plug, with room to grow."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from models.database import Database
from provider import migrate
from provider.doctor.findings import Finding, error, fine, warning

TOPIC = "database"
MB = 2**20
LEAST_FREE, LITTLE_FREE = 100 * MB, 1024 * MB
OLDEST_POSTGRESQL = 13
MOST_SECONDS_APART = 5


def examine_database(database: Database, now: int) -> Iterator[Finding]:
    """Look at the database.

    Args:
        database: the one of the settings; a missing SQLite file is not made.
        now: NumericDate.

    Raises:
        StoreUnavailable: it cannot be reached.
    """
    path = Path(database.url.database or "") if database.is_sqlite else None
    if path is not None and not path.is_file():
        yield error(TOPIC, f"there is no file {path}", "run: flask db upgrade")
        return
    with database.reading() as session:
        if path is None:
            yield from _postgresql(session, now)
        else:
            yield from _sqlite(session, path)
    yield from _schema(database)


def _sqlite(session: Session, path: Path) -> Iterator[Finding]:
    version = session.execute(text("SELECT sqlite_version()")).scalar_one()
    journal = session.execute(text("PRAGMA journal_mode")).scalar_one()
    if journal == "wal":
        yield fine(TOPIC, f"SQLite {version}, write-ahead log, {path}")
    else:
        yield error(
            TOPIC, f"SQLite {version} without write-ahead log ({journal})", "move the file to a local disk"
        )
    if open_to_others := path.stat().st_mode & 0o077:
        yield warning(
            TOPIC, f"{path} is open to others (mode …{open_to_others:02o})", f"run: chmod 600 {path}"
        )
    free = shutil.disk_usage(path.parent).free
    found = f"{free // MB} MB are free in {path.parent}"
    if free < LEAST_FREE:
        yield error(TOPIC, found, "make room: without it nothing can be written")
    elif free < LITTLE_FREE:
        yield warning(TOPIC, found, "make room, and run: flask grants prune")
    else:
        yield fine(TOPIC, found)


def _postgresql(session: Session, now: int) -> Iterator[Finding]:
    query = "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
    query += " current_setting('transaction_read_only'), extract(epoch FROM clock_timestamp())::bigint"
    number, version, read_only, its_now = session.execute(text(query)).one()
    if number < OLDEST_POSTGRESQL * 10_000:
        yield error(TOPIC, f"PostgreSQL {version}", f"upgrade it to {OLDEST_POSTGRESQL} or newer")
    elif read_only == "on":
        yield error(
            TOPIC, f"PostgreSQL {version} only reads: a standby", "name the primary in PAPER_DATABASE_URL"
        )
    else:
        yield fine(TOPIC, f"PostgreSQL {version}")
    if abs(its_now - now) > MOST_SECONDS_APART:
        yield warning(
            TOPIC,
            f"its clock and ours are {abs(its_now - now)} s apart",
            "synchronise the clocks of both hosts",
        )


def _schema(database: Database) -> Iterator[Finding]:
    found, newest = migrate.current(database), migrate.newest()
    if found == newest:
        yield fine(TOPIC, f"the schema is at revision {found}")
    elif found is None or found in migrate.revisions():
        yield error(
            TOPIC, f"the schema is at revision {found or 'base'}, not {newest}", "run: flask db upgrade"
        )
    else:
        yield error(
            TOPIC, f"the schema is at revision {found}, of a newer Paper", "run that version of Paper"
        )
