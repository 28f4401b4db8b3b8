"""Databases for tests: a migrated template of each kind, and copies of it that cost a few milliseconds."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import psycopg
from psycopg import sql

from models.database import Database
from provider.migrate import upgrade
from provider.setting_kinds import sqlite_url
from tests.ports import free_port

DISCONNECT = sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}")
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
SCHEMA = """
    SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
    WHERE table_schema = 'public'
    UNION ALL SELECT 'alembic_version', version_num, '', '' FROM alembic_version
    UNION ALL SELECT indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT event_object_table, trigger_name, '', '' FROM information_schema.triggers
    ORDER BY 1, 2
"""

QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
UNPRIVILEGED = ("postgres", "nobody")  # initdb refuses to run as root


class Template(Protocol):
    """A migrated database that can be copied."""

    @contextmanager
    def copy(self) -> Iterator[str]:
        """Lend the URL of a fresh copy."""


class SQLiteTemplate:
    """A file, copied as a file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = count()
        self._template = folder / "template.db"
        _migrate(sqlite_url(self._template))

    @contextmanager
    def copy(self) -> Iterator[str]:
        """See ``Template``."""
        path = self._folder / f"{next(self._names)}.db"
        shutil.copyfile(self._template, path)
        yield sqlite_url(path)
        for file in self._folder.glob(f"{path.name}*"):
            file.unlink()


class PostgreSQLTemplate:
    """A database of one server, copied by CREATE DATABASE … TEMPLATE.

    A copy is some 8 MB of files, so one that a test has left as it should be is emptied and lent again.
    """

    def __init__(self, server: "PostgreSQLServer") -> None:
        self._server = server
        self._names = count()
        self._free: list[str] = []
        self._run(sql.SQL("CREATE DATABASE template_paper"))
        _migrate(server.url("template_paper"))
        with psycopg.connect(server.conninfo_of("template_paper")) as connection:
            self._schema = connection.execute(SCHEMA).fetchall()
            tables = [name for (name,) in connection.execute(TABLES)]
        deletions = (sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in tables)
        self._empty = sql.SQL("; ").join((sql.SQL("SET session_replication_role = replica"), *deletions))

    @contextmanager
    def copy(self) -> Iterator[str]:
        """See ``Template``."""
        name = self._free.pop() if self._free else self._new()
        yield self._server.url(name)
        self._run(DISCONNECT.format(sql.Literal(name)))
        if self._is_emptied(name):
            self._free.append(name)
        else:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _new(self) -> str:
        name = f"paper_{next(self._names)}"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE template_paper").format(sql.Identifier(name)))
        return name

    def _is_emptied(self, name: str) -> bool:
        """Remove every row; false where the test has changed more than rows."""
        try:
            with psycopg.connect(self._server.conninfo_of(name), autocommit=True) as connection:
                if connection.execute(SCHEMA).fetchall() != self._schema:
                    return False
                connection.execute(self._empty)
                return True
        except psycopg.OperationalError:  # it lets nobody in any more
            return False

    def _run(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(self._server.conninfo_of("postgres"), autocommit=True) as connection:
            connection.execute(statement)


class PostgreSQLServer:
    """One server of our own in a temporary directory, on a free loopback port.

    Args:
        binaries: the directory of the server's programs.
        parent: where its directory is made; the usual place by default.
    """

    def __init__(self, binaries: Path, parent: Path | None = None) -> None:
        self._binaries = binaries
        self._identity = _identity()
        self._folder = Path(tempfile.mkdtemp(prefix="paper-postgres-", dir=parent))
        if self._identity:
            os.chown(self._folder, self._identity["user"], self._identity["group"])
        self.port = free_port()

    def start(self, options: str = QUICK) -> None:
        """Make the cluster and start it with ``options``; returns when it answers."""
        self._call("initdb", "-D", "data", "-U", "paper", "-A", "trust", "-E", "UTF8", "--no-sync")
        self._run_server(options)

    def follow(self, primary: "PostgreSQLServer", options: str) -> None:
        """Start as a streaming replica of ``primary``, instead of ``start``."""
        source = f"host=127.0.0.1 port={primary.port} user=paper application_name=replica"
        self._call(
            "pg_basebackup", "-D", "data", "-d", source, "-R", "-X", "stream", "-c", "fast", "--no-sync"
        )
        self._run_server(options)

    def promote(self) -> None:
        """Make a replica the primary."""
        self._call("pg_ctl", "-D", "data", "-w", "promote")

    def kill(self) -> None:
        """End it as a pulled plug does; its files stay."""
        self._call("pg_ctl", "-D", "data", "-m", "immediate", "-w", "stop")

    def stop(self) -> None:
        """Stop it at once, if it runs, and remove every file."""
        if (self._folder / "data" / "postmaster.pid").exists():
            self.kill()
        shutil.rmtree(self._folder)

    def conninfo_of(self, name: str) -> str:
        """Return how psycopg reaches one database."""
        return f"host=127.0.0.1 port={self.port} user=paper dbname={name}"

    def url(self, name: str) -> str:
        """Return the URL of one database."""
        return f"postgresql+psycopg://paper@127.0.0.1:{self.port}/{name}"

    def _run_server(self, options: str) -> None:
        place = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self._call("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", f"{place} {options}", "start")

    def _call(self, program: str, *arguments: str) -> None:
        # The server inherits what it is given: a pipe would be held open for as long as it lives.
        with (self._folder / f"{program}.log").open("wb") as log:
            done = subprocess.run(
                [self._binaries / program, *arguments],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
                **self._identity,
            )
        if done.returncode:
            logs = "\n".join(path.read_text() for path in self._folder.glob("*log"))
            raise RuntimeError(f"{program} ended with status {done.returncode}:\n{logs}")


def find_postgresql() -> Path | None:
    """Return the directory of the server's programs, the newest installed; ``None`` where there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major_version, reverse=True)
    if config := shutil.which("pg_config"):
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False).stdout
        folders.insert(0, Path(told.strip()))
    if program := shutil.which("initdb"):
        folders.append(Path(program).resolve().parent)
    needed = ("initdb", "pg_ctl", "postgres")
    return next((path for path in folders if all((path / name).exists() for name in needed)), None)


def _major_version(binaries: Path) -> int:
    name = binaries.parent.name
    return int(name) if name.isdigit() else 0


def _identity() -> dict[str, Any]:
    """Return the arguments of ``subprocess.run`` that make a server of root's run as somebody else."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next(known[name] for name in UNPRIVILEGED if name in known)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.dispose()
