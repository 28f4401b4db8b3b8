"""A PostgreSQL server for a run, durable as it is installed."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from tests.databases import PostgreSQLServer, find_postgresql

DURABLE = "-c max_connections=100 -c shared_buffers=256MB"


@contextmanager
def postgresql(name: str = "bench") -> Iterator[str]:
    """Lend the URL of an empty database on a server of its own, which keeps what it acknowledges.

    Raises:
        RuntimeError: PostgreSQL is not installed.
    """
    binaries = find_postgresql()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed")
    server = PostgreSQLServer(binaries)
    server.start(DURABLE)
    try:
        with psycopg.connect(server.conninfo_of("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield server.url(name)
    finally:
        server.stop()
