"""The rows of a backup as lines of JSON, the same from every kind of database.

The first line says what is in it, a line ``{"table", "columns"}`` stands before each table's rows, the last
one says how many rows there are.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, select

from provider import migrate

FORMAT = 1
BATCH = 1000


class BadBackup(Exception):
    """What was read is no whole backup; the text says why, in one line."""


class Head(NamedTuple):
    """What is in a backup.

    Attributes:
        revision: of the schema that the rows are of.
        created_at: NumericDate.
        issuer: whose it is.
        master_keys: by number.
    """

    revision: str
    created_at: int
    issuer: str
    master_keys: Mapping[int, bytes]


def lines_of(connection: Connection, head: Head) -> Iterator[bytes]:
    """Return the lines of a backup of everything that ``connection`` sees."""
    keys = {str(number): _encoded(key) for number, key in head.master_keys.items()}
    yield _line({"format": FORMAT, **head._asdict(), "master_keys": keys})
    count = 0
    for table in migrate.tables(connection):
        yield _line({"table": table.name, "columns": [column.name for column in table.columns]})
        for row in connection.execute(select(table).execution_options(yield_per=BATCH)):
            yield _line([_encoded(value) for value in row])
            count += 1
    yield _line({"rows": count})


def read_head(line: bytes) -> Head:
    """Return what the first line says.

    Raises:
        BadBackup: it is of a newer format.
    """
    said = json.loads(line)
    if said.get("format") != FORMAT:
        raise BadBackup(f"format {said.get('format')} is of a newer Paper")
    keys = {int(number): _decoded(key) for number, key in said["master_keys"].items()}
    return Head(said["revision"], said["created_at"], said["issuer"], keys)


def store(connection: Connection, lines: Iterable[bytes]) -> int:
    """Insert the rows of a backup, in their order; return how many.

    Args:
        connection: its tables are empty and of the backup's revision.
        lines: all but the first.

    Raises:
        BadBackup: some are missing.
    """
    known = {table.name: table for table in migrate.tables(connection)}
    table: Table | None = None
    columns: list[str] = []
    batch: list[dict[str, Any]] = []
    count = 0
    for line in lines:
        said = json.loads(line)
        if isinstance(said, list):
            batch.append(dict(zip(columns, map(_decoded, said), strict=True)))
            count += 1
            if len(batch) < BATCH:
                continue
        if batch and table is not None:
            connection.execute(table.insert(), batch)
            batch = []
        if isinstance(said, dict) and "table" in said:
            table, columns = known[said["table"]], said["columns"]
        elif isinstance(said, dict) and said["rows"] == count:
            _count_on(connection, known.values())
            return count
    raise BadBackup("rows are missing")


def _count_on(connection: Connection, tables: Iterable[Table]) -> None:
    """Have PostgreSQL number new rows after those that came with their numbers; SQLite does by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        for column in table.primary_key:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            if connection.execute(select(sequence)).scalar() is not None:
                connection.execute(select(func.setval(sequence, select(func.max(column)).scalar_subquery())))


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _encoded(value: Any) -> Any:
    """Return what JSON can hold: bytes as a list of one base64 text."""
    return [base64.b64encode(value).decode()] if isinstance(value, bytes | memoryview) else value


def _decoded(value: Any) -> Any:
    return base64.b64decode(value[0], validate=True) if isinstance(value, list) else value
