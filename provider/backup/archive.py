"""Backup and restore: one sealed, compressed file that only its owner may read."""

import gzip
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sqlalchemy import select

from keys import master_key_file
from keys.passphrase_seal import SealingWriter, opened
from models.database import Database
from provider import migrate
from provider.backup.lines import BadBackup, Head, lines_of, read_head, store
from provider.settings import Settings


class NotEmpty(Exception):
    """There is something already where a backup would be restored to."""


class Restored(NamedTuple):
    """What a backup brought.

    Attributes:
        head: what it said of itself.
        rows: how many.
        kept: where the master keys are that stood here before, if they were others.
    """

    head: Head
    rows: int
    kept: Path | None


def back_up(settings: Settings, database: Database, path: Path, passphrase: str, now: int) -> int:
    """Write everything, as it is at one moment, to a new file; requests are served meanwhile.

    Args:
        settings: where the master keys are.
        database: what to read.
        path: a file that is not there yet; it appears whole or not at all.
        passphrase: what opens it again.
        now: NumericDate.

    Returns:
        How many rows.

    Raises:
        BadMasterKey: the master key file cannot be used.
        StoreUnavailable: the database cannot be reached.
        BadBackup: the database has no tables yet.
        OSError: the file cannot be written, or is there already.
    """
    with database.snapshot() as connection, _new_file(path) as file:
        revision = migrate.stands_at(connection)
        if revision is None:
            raise BadBackup("the database has no tables yet")
        # Read after the snapshot has begun: a rotation writes its new key before what it seals.
        head = Head(revision, now, settings.issuer, master_key_file.read(settings.master_key_file))
        count = -2  # the first line and the last; those of tables are not rows either
        sealing = SealingWriter(file, passphrase)
        with gzip.GzipFile(fileobj=sealing, mode="wb", compresslevel=6, mtime=0) as packed:
            for line in lines_of(connection, head):
                packed.write(line)
                count += not line.startswith(b'{"table"')
        sealing.close()
    return count


def restore(
    settings: Settings, database: Database, path: Path, passphrase: str, *, replace: bool
) -> Restored:
    """Put a backup in the place of an empty provider, or with ``replace`` of any; all of it or nothing.

    Args:
        settings: where the master keys belong.
        database: where the rows belong; an older schema is brought up to date.
        path: the backup.
        passphrase: what opens it.
        replace: whether what is there may go. Other master keys that are there are kept beside the file.

    Raises:
        NotEmpty: there is something already, and ``replace`` is false.
        BadSeal: another passphrase, or the file is damaged or cut.
        BadBackup: of a newer format, or incomplete.
        UnknownRevision: of a newer schema.
        StoreUnavailable: the database cannot be reached, or stayed locked.
        BadMasterKey: the master key file cannot be written.
        OSError: the backup cannot be read.
    """
    with path.open("rb") as file:
        for _ in opened(file, passphrase):  # to the end, so that nothing is touched for half a backup
            pass
        file.seek(0)
        lines = _lines(file, passphrase)
        head = read_head(next(lines))
        if not replace:
            _require_empty(settings, database, head)
        master_keys = settings.master_key_file
        master_keys.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with master_key_file.locked(master_keys), migrate.rebuilt(database, head.revision) as connection:
            rows = store(connection, lines)
            kept = _put_keys(master_keys, head)  # before the commit: no rows without the keys that open them
    return Restored(head, rows, kept)


def _require_empty(settings: Settings, database: Database, head: Head) -> None:
    path = settings.master_key_file
    if path.exists() and master_key_file.read(path) != head.master_keys:
        raise NotEmpty(f"there are other master keys in {path}")
    if database.is_sqlite and not Path(database.url.database or "").exists():
        return
    with database.snapshot() as connection:
        for table in migrate.tables(connection):
            if connection.execute(select(table).limit(1)).first() is not None:
                raise NotEmpty(f"the database holds rows already ({table.name})")


def _put_keys(path: Path, head: Head) -> Path | None:
    kept = None
    if path.exists():
        there = master_key_file.read(path)
        if there == head.master_keys:
            return None
        kept = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        master_key_file.write_new(kept, there)
    master_key_file.replace(path, head.master_keys)
    return kept


def _lines(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=io.BufferedReader(_Chunks(opened(file, passphrase)))) as packed:
        yield from packed


class _Chunks(io.RawIOBase):
    """An iterator of chunks as a file to read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        if not self._rest:
            self._rest = next(self._chunks, b"")
        taken, self._rest = self._rest[: len(view)], self._rest[len(view) :]
        view[: len(taken)] = taken
        return len(taken)


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file that gets its name when the block has ended well; mode 0600, synced."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, path)  # unlike a rename, a link never replaces what is there
    finally:
        aside.unlink(missing_ok=True)
