"""A store that is there and of no use: a server that is only read, connections that are all taken."""

import socket
from contextlib import ExitStack

import psycopg
import psycopg.sql
import pytest
from sqlalchemy import literal, select, text

from models.client import ClientRow
from models.database import Database
from models.drivers import POSTGRESQL_PATIENCE, PostgreSQLDriver
from models.errors import StoreUnavailable
from tests.models.test_database import INSERT, row, version_of


def _let_write(database: Database, *, may_write: bool) -> None:
    """Turn a PostgreSQL database into one that is only read, as a standby is, or back."""
    url = database.url.set(drivername="postgresql").render_as_string(False)
    with psycopg.connect(url, autocommit=True, options="-c default_transaction_read_only=off") as connection:
        name = psycopg.sql.Identifier(connection.info.dbname)
        only = psycopg.sql.SQL("off" if may_write else "on")
        change = psycopg.sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = {}")
        connection.execute(change.format(name, only))


def _add(database: Database, client_id: str) -> None:
    with database.session() as session:
        session.add(ClientRow(**row(client_id)))


def test_a_server_that_only_reads_is_an_unavailable_store(database: Database) -> None:
    """A primary that became a standby: 503, never 500, and connections to it are let go of, in both ways."""
    if database.is_sqlite:
        return  # is one file
    statement = database.compile(INSERT)
    _let_write(database, may_write=False)
    try:
        with pytest.raises(StoreUnavailable):
            database.run(statement, row())
        with pytest.raises(StoreUnavailable):
            _add(database, "photos")
    finally:
        _let_write(database, may_write=True)

    database.run(statement, row())
    _add(database, "other")
    assert (version_of(database), version_of(database, "other")) == (1, 1)


def test_more_transactions_at_once_than_connections_are_an_unavailable_store(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who has waited for a connection for too long is told to come again."""
    monkeypatch.setattr(database._reading_engine.pool, "_timeout", 0)
    with pytest.raises(StoreUnavailable), ExitStack() as busy:  # noqa: PT012 - the pool's size is its own affair
        for _ in range(50):
            busy.enter_context(database.reading()).execute(text("SELECT 1"))


def test_a_write_that_a_standby_refused_may_be_tried_elsewhere() -> None:
    """DESIGN §4: 25006 means that it has not begun."""
    assert PostgreSQLDriver().has_certainly_not_run(psycopg.errors.ReadOnlySqlTransaction())


@pytest.mark.parametrize("in_url", [True, False])
def test_a_server_that_never_answers_is_given_up(in_url: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is taken and left alone, as by a pooler without a server: it is not waited for."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"postgresql+psycopg://paper@127.0.0.1:{mute.getsockname()[1]}/paper"
        monkeypatch.setitem(POSTGRESQL_PATIENCE, "connect_timeout", 3600 if in_url else 1)
        database = Database(f"{url}?connect_timeout=1" if in_url else url)

        with pytest.raises(StoreUnavailable), database.session() as session:
            session.execute(text("SELECT 1"))
        with pytest.raises(StoreUnavailable):
            database.run(database.compile(select(literal(1))), {})
