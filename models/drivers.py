"""What the two database drivers do differently on a held connection."""

import sqlite3
from collections.abc import Mapping
from typing import Any, Protocol

import psycopg
from psycopg.errors import ReadOnlySqlTransaction

RETRY_SQLSTATES = frozenset({"40001", "40P01", "25006"})
"""Serialization failure and deadlock, certainly rolled back; a write to a server that is only read."""
POSTGRESQL_UNAVAILABLE = (
    *(psycopg.OperationalError, psycopg.InterfaceError),
    ReadOnlySqlTransaction,  # a replica that has not taken over yet
)
POSTGRESQL_PATIENCE = {
    "connect_timeout": 5,  # seconds for each host, until it has let us in
    "tcp_user_timeout": 15_000,  # milliseconds for what was sent to arrive
    "keepalives_idle": 15,  # seconds of silence until it is asked whether it is there
    "keepalives_interval": 5,
}
"""After what time a server that does not answer is given up (libpq's connection parameters)."""
SQLITE_UNAVAILABLE = (sqlite3.OperationalError,)


class Driver(Protocol):
    """What the two database drivers do differently on a held connection."""

    @property
    def unavailable(self) -> tuple[type[Exception], ...]:
        """The exceptions that mean: not reached, or locked for too long."""

    def run(self, connection: Any, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run one autocommit statement and read its rows to the end."""

    def is_broken(self, connection: Any) -> bool:
        """Whether the connection is of no more use."""

    def has_certainly_not_run(self, error: Exception) -> bool:
        """Whether the statement that failed with ``error`` surely left no trace."""


class SQLiteDriver:
    """sqlite3, in autocommit mode."""

    unavailable = SQLITE_UNAVAILABLE

    def run(self, connection: Any, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """See ``Driver``; with RETURNING the commit happens only when the last row has been read."""
        rows: list[tuple[Any, ...]] = connection.execute(sql, params).fetchall()
        return rows

    def is_broken(self, connection: Any) -> bool:
        """See ``Driver``: a file does not hang up."""
        return False

    def has_certainly_not_run(self, error: Exception) -> bool:
        """See ``Driver``: the busy timeout has already done the waiting."""
        return False


class PostgreSQLDriver:
    """psycopg 3, in autocommit mode, statements prepared on first use."""

    unavailable = POSTGRESQL_UNAVAILABLE

    def run(self, connection: Any, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """See ``Driver``; a connection to a server that has become a standby is of no more use."""
        try:
            cursor = connection.execute(sql, params, prepare=True)
        except ReadOnlySqlTransaction:
            connection.close()
            raise
        # Not cursor.description: it makes an object of each column, which costs as much as the statement.
        return cursor.fetchall() if cursor.pgresult.nfields else []

    def is_broken(self, connection: Any) -> bool:
        """See ``Driver``."""
        return bool(connection.closed)

    def has_certainly_not_run(self, error: Exception) -> bool:
        """See ``Driver``."""
        return getattr(error, "sqlstate", None) in RETRY_SQLSTATES
