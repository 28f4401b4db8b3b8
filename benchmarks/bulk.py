"""Grants by the million, past the code that makes them one by one."""

import os
import secrets
import sqlite3
from collections.abc import Iterator
from typing import Any

import psycopg

from models.database import Database
from provider.foundations import now

COLUMNS = (
    *("id", "client_id", "user_id", "login_session_id", "scope", "resource", "redirect_uri", "amr", "salt"),
    *("key_version", "generation", "created_at", "expires_at"),
)
SAMPLE = 4000


def fill(database: Database, count: int, *, expires_at: int) -> list[bytes]:
    """Store ``count`` grants that end at ``expires_at``, or a little sooner; return some ids, in no order."""
    sample: list[bytes] = []
    every = max(1, count // SAMPLE)

    def rows() -> Iterator[tuple[Any, ...]]:
        for number in range(count):
            row = _row(number, count, expires_at)
            if number % every == 0:
                sample.append(row[0])
            yield row

    if database.is_sqlite:
        _fill_sqlite(database, rows())
    else:
        _fill_postgresql(database, rows())
    secrets.SystemRandom().shuffle(sample)
    return sample


def size_of(database: Database) -> int:
    """Return the size of the database in bytes."""
    if database.is_sqlite:
        return os.path.getsize(str(database.url.database))
    with database.reading() as session:
        sql = "SELECT pg_total_relation_size('grants')"
        return int(session.connection().exec_driver_sql(sql).scalar() or 0)


def _row(number: int, count: int, expires_at: int) -> tuple[Any, ...]:
    # Ids ascend, so that the index is filled from one end; real ones are random, and found as quickly.
    first = int(number / count * 2**62).to_bytes(8)
    return (
        *(first + secrets.token_bytes(8), f"client-{number % 100}", f"user-{number % 100_000}", bytes(16)),
        *("openid email offline_access", "", "https://client.example/callback", "pwd"),
        *(secrets.token_bytes(16), 1, 1, now() - 3600, expires_at - number % 1000),
    )


def _fill_sqlite(database: Database, rows: Iterator[tuple[Any, ...]]) -> None:
    connection = sqlite3.connect(str(database.url.database))
    connection.execute("PRAGMA synchronous = OFF")
    places = ", ".join("?" * len(COLUMNS))
    with connection:
        connection.executemany(f"INSERT INTO grants ({', '.join(COLUMNS)}) VALUES ({places})", rows)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _fill_postgresql(database: Database, rows: Iterator[tuple[Any, ...]]) -> None:
    conninfo = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=True) as connection:
        with connection.cursor().copy(f"COPY grants ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        connection.execute("VACUUM ANALYZE grants")
