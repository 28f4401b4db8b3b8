"""The two ways into one database: transactions, and held connections for the hot path."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import bindparam, insert, literal, select, text, update
from sqlalchemy.exc import IntegrityError

from models.client import ClientRow
from models.database import Database, Statement
from models.errors import StoreUnavailable
from tests.databases import SQLiteTemplate

INSERT = insert(ClientRow)
COUNT = (
    update(ClientRow)
    .where(ClientRow.client_id == bindparam("id"))
    .values(version=ClientRow.version + 1)
    .returning(ClientRow.version)
)
FIND = select(ClientRow.version, ClientRow.client_metadata).where(ClientRow.client_id == bindparam("id"))


def row(client_id: str = "photos") -> dict[str, object]:
    return {
        "client_id": client_id,
        "secret_digest": b"\x00\xff",
        "sealed_secret": None,
        "registration_access_token_digest": None,
        "used_at": None,
        "client_metadata": '{"client_name": "사진"}',
        "version": 1,
        "created_at": 2**40,
        "deleted_at": None,
    }


def version_of(database: Database, client_id: str = "photos") -> int | None:
    with database.session() as session:
        found = session.get(ClientRow, client_id)
        return None if found is None else found.version


def test_a_statement_runs_and_commits(database: Database) -> None:
    """DESIGN §4: one autocommit statement; another connection sees it."""
    database.run(database.compile(INSERT), row())

    assert database.run(database.compile(FIND), {"id": "photos"}) == [(1, '{"client_name": "사진"}')]
    assert version_of(database) == 1


def test_returning_commits_too(database: Database) -> None:
    """DESIGN §4: on SQLite the commit happens when the last row has been read."""
    database.run(database.compile(INSERT), row())

    rows = database.run(database.compile(COUNT), {"id": "photos"})

    assert rows == [(2,)]
    assert version_of(database) == 2


def test_a_statement_without_rows_gives_none(database: Database) -> None:
    """A lost race is no row, not an error."""
    assert database.run(database.compile(COUNT), {"id": "nobody"}) == []


def test_constants_of_a_statement_are_bound_once(database: Database) -> None:
    """What is compiled in needs no parameter; None among the parameters stays what it is."""
    database.run(database.compile(INSERT), row())
    statement = database.compile(
        select(ClientRow.version, literal("constant")).where(ClientRow.client_id == bindparam("id"))
    )

    assert database.run(statement, {"id": "photos"}) == [(1, "constant")]
    assert statement.is_read


@pytest.mark.security
@pytest.mark.parametrize("client_id", ["' OR 1=1 --", "%s", ":id", "%(id)s", "é", "?"])
def test_values_are_only_values(database: Database, client_id: str) -> None:
    """No value becomes part of a statement."""
    database.run(database.compile(INSERT), row())

    assert database.run(database.compile(FIND), {"id": client_id}) == []


def test_a_transaction_is_committed_whole(database: Database) -> None:
    """Both rows or none."""
    with database.session() as session:
        session.add_all([ClientRow(**row("a")), ClientRow(**row("b"))])

    assert (version_of(database, "a"), version_of(database, "b")) == (1, 1)


def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    """Rolled back, and the error goes on."""
    with pytest.raises(RuntimeError), database.session() as session:  # noqa: PT012 - the block is what is rolled back
        session.add(ClientRow(**row()))
        session.flush()
        raise RuntimeError

    assert version_of(database) is None


def test_a_broken_constraint_is_not_an_unavailable_store(database: Database) -> None:
    """A bug or a clash of names: the caller tells which."""
    database.run(database.compile(INSERT), row())

    with pytest.raises(IntegrityError), database.session() as session:
        session.add(ClientRow(**row()))
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        database.run(database.compile(INSERT), row())

    assert version_of(database) == 1


def test_a_failed_statement_leaves_the_connection_usable(database: Database) -> None:
    """The held connection serves the next request."""
    statement = database.compile(INSERT)
    database.run(statement, row())
    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
        database.run(statement, row())

    database.run(statement, row("other"))

    assert version_of(database, "other") == 1


def test_threads_count_without_losing_one(database: Database) -> None:
    """DESIGN §4: a connection for each thread, every statement alone."""
    database.run(database.compile(INSERT), row())
    statement = database.compile(COUNT)

    def count(_: int) -> None:
        for _ in range(5):
            database.run(statement, {"id": "photos"})
        database.release()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))

    assert version_of(database) == 21


def test_a_released_connection_is_followed_by_another(database: Database) -> None:
    """Also when there is none to release."""
    database.release()
    database.run(database.compile(INSERT), row())
    database.release()

    assert version_of(database) == 1
    assert database.run(database.compile(FIND), {"id": "photos"})


def test_reading_takes_no_lock(database: Database) -> None:
    """A writer does not wait for pages that are being looked at."""
    with database.reading() as reading:
        reading.execute(select(ClientRow)).all()
        with database.session() as session:
            session.add(ClientRow(**row()))

        assert reading.get(ClientRow, "photos") is not None


def test_a_reader_is_not_kept_waiting_by_a_writer(database: Database) -> None:
    """WAL, READ COMMITTED: what is not committed is not seen, and not waited for."""
    with database.session() as session:
        session.add(ClientRow(**row()))
        session.flush()

        with ThreadPoolExecutor(1) as pool:
            found = pool.submit(database.run, database.compile(FIND), {"id": "photos"}).result(timeout=3)
            pool.submit(database.release).result()

    assert found == []


@pytest.fixture
def impatient(sqlite_template: SQLiteTemplate) -> Iterator[Database]:
    """A SQLite database whose writers wait 50 ms."""
    with sqlite_template.copy() as url:
        database = Database(url, busy_timeout_ms=50)
        yield database
        database.dispose()


def test_a_lock_that_stays_is_an_unavailable_store(impatient: Database) -> None:
    """DESIGN §4: BUSY is handled, in both ways to write."""
    statement = impatient.compile(INSERT)
    with impatient.session() as session:
        session.execute(text("SELECT 1"))  # BEGIN IMMEDIATE: the write lock is taken with the first statement
        with pytest.raises(StoreUnavailable):
            impatient.run(statement, row())
        with ThreadPoolExecutor(1) as pool, pytest.raises(StoreUnavailable):
            pool.submit(_write, impatient).result()

    impatient.run(statement, row())
    assert version_of(impatient) == 1


def _write(database: Database) -> None:
    with database.session() as session:
        session.add(ClientRow(**row()))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        pytest.param("journal_mode", "wal", id="wal"),
        pytest.param("synchronous", 2, id="full"),
        pytest.param("foreign_keys", 1, id="foreign-keys"),
        pytest.param("busy_timeout", 50, id="busy-timeout"),
    ],
)
def test_pragmas_of_sqlite(impatient: Database, pragma: str, value: object) -> None:
    """DESIGN §4: on the connections of both ways."""
    with impatient.engine.connect() as connection:
        assert connection.scalar(text(f"PRAGMA {pragma}")) == value
    assert impatient.run(Statement(f"PRAGMA {pragma}", {}, True), {}) == [(value,)]


def test_a_database_that_is_not_there_is_unavailable() -> None:
    """On every way in."""
    database = Database("sqlite:////nowhere/at/all.db")

    with pytest.raises(StoreUnavailable):
        database.run(database.compile(FIND), {"id": "x"})
    with pytest.raises(StoreUnavailable), database.session() as session:
        session.execute(text("SELECT 1"))
    with pytest.raises(StoreUnavailable), database.reading() as session:
        session.execute(text("SELECT 1"))


def _hang_up(database: Database) -> None:
    """End every connection of ``database`` but the asking one, on the server's side."""
    with psycopg.connect(database.url.set(drivername="postgresql").render_as_string(False)) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_broken_connection_is_replaced_for_a_read(database: Database) -> None:
    """DESIGN §4: tried again where it has certainly not changed anything. SQLite never hangs up."""
    database.run(database.compile(INSERT), row())
    if not database.is_sqlite:
        _hang_up(database)

    assert database.run(database.compile(FIND), {"id": "photos"}) == [(1, '{"client_name": "사진"}')]


def test_a_write_on_a_broken_connection_is_not_repeated(database: Database) -> None:
    """DESIGN §4: it may have run; the next one has a new connection. SQLite never hangs up."""
    database.run(database.compile(INSERT), row())
    statement = database.compile(COUNT)

    if not database.is_sqlite:
        _hang_up(database)
        with pytest.raises(StoreUnavailable):
            database.run(statement, {"id": "photos"})

    assert database.run(statement, {"id": "photos"}) == [(2,)]


def test_statements_at_the_same_time_have_connections_of_their_own(database: Database) -> None:
    """DESIGN §4: a held connection serves one statement at a time, and the next one after it."""
    with database._connection() as mine:
        with database._connection() as other:
            assert other is not mine
        with database._connection() as again:
            assert again is other


def test_a_thread_that_ends_takes_no_connection_with_it(database: Database) -> None:
    """What a thread's end would close, it would close while its own state is being freed (gh-119585)."""
    statement = database.compile(FIND)
    thread = threading.Thread(target=database.run, args=(statement, {"id": "x"}))
    thread.start()
    thread.join()

    with database._connection() as left:
        assert left.execute("SELECT 1").fetchone()[0] == 1
