"""The two ways into one database: transactions for pages and commands, held connections for the hot path."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

from psycopg.errors import ReadOnlySqlTransaction
from sqlalchemy import Connection, Engine, NullPool, PoolProxiedConnection, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.sql.base import Executable

from models.drivers import (
    POSTGRESQL_PATIENCE,
    POSTGRESQL_UNAVAILABLE,
    SQLITE_UNAVAILABLE,
    Driver,
    PostgreSQLDriver,
    SQLiteDriver,
)
from models.errors import StoreUnavailable


class Statement(NamedTuple):
    """A statement as its database wants it, compiled once."""

    sql: str
    constants: dict[str, Any]
    is_read: bool


class Database:
    """One database and every connection to it.

    Args:
        url: ``sqlite:///path`` or ``postgresql+psycopg://…``, whose parameters beat ``POSTGRESQL_PATIENCE``.
        sqlite_synchronous: FULL survives a pulled plug; NORMAL may lose the last commits, never more.
        busy_timeout_ms: how long a SQLite writer waits for another.
        prepares: whether PostgreSQL keeps statements prepared; not all that stands between bears it.
    """

    def __init__(
        self,
        url: str,
        *,
        sqlite_synchronous: str = "FULL",
        busy_timeout_ms: int = 5000,
        prepares: bool = True,
    ) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"hide_parameters": True}  # they hold what no log may
        autocommit: dict[str, Any] = {}
        if self.is_sqlite:
            options |= {"paramstyle": "named", "connect_args": {"check_same_thread": False}}
            self._driver: Driver = SQLiteDriver()
        else:
            autocommit["isolation_level"] = "AUTOCOMMIT"
            options["connect_args"] = {
                **{name: value for name, value in POSTGRESQL_PATIENCE.items() if name not in self.url.query},
                **({} if prepares else {"prepare_threshold": None}),
            }
            self._driver = PostgreSQLDriver()
        self._held_engine = create_engine(self.url, poolclass=NullPool, **options, **autocommit)
        if not self.is_sqlite:
            options["pool_pre_ping"] = True
        self._engine = create_engine(self.url, **options)
        self._reading_engine = create_engine(self.url, **options, **autocommit)
        if self.is_sqlite:
            for engine in (self._engine, self._reading_engine, self._held_engine):
                _set_pragmas(engine, sqlite_synchronous, busy_timeout_ms)
            _begin_immediate(self._engine)
        else:
            _leave_standbys(self._engine)
        # A stack, not a connection in each thread's locals: what a dying thread drops is closed while its
        # thread state goes, and sqlite3 asks for that state again, which CPython 3.11 frees under it.
        self._held: list[PoolProxiedConnection] = []
        self._joined = threading.local()

    @property
    def engine(self) -> Engine:
        """The transactional engine."""
        return self._engine

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end of the block, rolled back when it raises.

        On SQLite it takes the write lock at once (BEGIN IMMEDIATE), so keep it short.

        Raises:
            StoreUnavailable: no connection, the lock was not free in time, or the server is only read.
        """
        if (joined := self._joined_session) is not None:
            with _store_errors(), joined.begin_nested():
                yield joined
            return
        with _store_errors(), Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def joined(self) -> Iterator[Session]:
        """One transaction of all that this thread does in ``session`` and ``reading`` within the block.

        Each ``session`` is a savepoint of it. A block that calls ``rollback`` at its end has changed nothing.

        Raises:
            StoreUnavailable: as ``session``.
        """
        with self.session() as session:
            self._joined.session = session
            try:
                yield session
            finally:
                del self._joined.session

    @property
    def _joined_session(self) -> Session | None:
        return getattr(self._joined, "session", None)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads and takes no lock.

        Raises:
            StoreUnavailable: no connection.
        """
        if (joined := self._joined_session) is not None:
            yield joined
            return
        with _store_errors(), Session(self._reading_engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection that sees the database as it is at one moment, and keeps nobody from writing.

        Raises:
            StoreUnavailable: no connection.
        """
        engine = self._reading_engine if self.is_sqlite else self._engine
        with _store_errors(), engine.connect() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")  # deferred: the first read settles the moment
            else:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            try:
                yield connection
            finally:
                connection.rollback()

    def compile(self, statement: Executable) -> Statement:
        """Return ``statement`` ready for ``run``; do this once, at start."""
        compiled = statement.compile(dialect=self._held_engine.dialect)  # type: ignore[attr-defined]
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        return Statement(str(compiled), constants, bool(getattr(statement, "is_select", False)))

    def run(self, statement: Statement, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run one statement in a transaction of its own on a held connection; return all rows.

        A broken connection is replaced. A read is then tried again; a write only where it has certainly
        not run.

        Raises:
            StoreUnavailable: the database cannot be reached or stayed locked.
        """
        values = {**statement.constants, **params} if statement.constants else params
        for attempt in (1, 2):
            with self._connection() as connection:
                try:
                    return self._driver.run(connection, statement.sql, values)
                except self._driver.unavailable as error:
                    broken = self._driver.is_broken(connection)
                    again = (broken and statement.is_read) or self._driver.has_certainly_not_run(error)
                    if attempt == 2 or not again:
                        raise StoreUnavailable(str(error)) from error
        raise AssertionError("unreachable")

    def release(self) -> None:
        """Close the held connections that no statement is using; the next statement opens another."""
        idle, self._held = self._held, []
        for held in idle:
            held.invalidate()

    def dispose(self) -> None:
        """Close every connection that is not in use."""
        self.release()
        self._engine.dispose()
        self._reading_engine.dispose()
        self._held_engine.dispose()

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        """Lend the connection that was used last, or a new one."""
        try:
            held = self._held.pop()
        except IndexError:
            with _store_errors():
                held = self._held_engine.raw_connection()
        try:
            yield held.driver_connection
        finally:
            if self._driver.is_broken(held.driver_connection):
                held.invalidate()
                self.release()  # what broke one has mostly broken all
            else:
                self._held.append(held)


@contextmanager
def _store_errors() -> Iterator[None]:
    try:
        yield
    except (PoolTimeout, *POSTGRESQL_UNAVAILABLE, *SQLITE_UNAVAILABLE) as error:
        raise StoreUnavailable(str(error)) from error
    except DBAPIError as error:
        if not isinstance(error.orig, (*POSTGRESQL_UNAVAILABLE, *SQLITE_UNAVAILABLE)):
            raise
        raise StoreUnavailable(str(error)) from error


def _set_pragmas(engine: Engine, synchronous: str, busy_timeout_ms: int) -> None:
    """Set SQLite's pragmas on every connection, and autocommit."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={int(busy_timeout_ms)}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(engine: Engine) -> None:
    """Take over BEGIN from the driver, which would take the write lock too late."""

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _leave_standbys(engine: Engine) -> None:
    """Let go of every pooled connection once one leads to a server that has become a standby."""

    @event.listens_for(engine, "handle_error")
    def on_error(context: ExceptionContext) -> StoreUnavailable | None:
        if not isinstance(context.original_exception, ReadOnlySqlTransaction):
            return None
        context.is_disconnect = True
        return StoreUnavailable(str(context.original_exception))
