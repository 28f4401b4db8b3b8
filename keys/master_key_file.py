"""The master key file: one line ``number base64url(32 bytes)`` for each key, ``#`` begins a comment."""

import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from keys import base64url
from keys.errors import BadMasterKey

_HEADER = """\
# Paper's master keys. Whoever holds this file and the database can act as this provider:
# keep it readable by the provider alone, and its backup apart from the database's.
"""

Stamp = tuple[int, int, int] | None


def read(path: Path) -> dict[int, bytes]:
    """Return the keys in the file by number, ascending.

    Raises:
        BadMasterKey: missing, readable by group or others, or a line that is not as it should be.
    """
    try:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode & 0o777
            lines = file.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not ASCII text"
        raise BadMasterKey(f"{path}: {reason}") from error
    if mode & 0o077:
        raise BadMasterKey(f"{path} is open to others (mode {mode:04o}); run: chmod 600 {path}")
    keys: dict[int, bytes] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            version, key = _read_line(path, number, line)
            if version <= max(keys, default=0):
                raise BadMasterKey(f"{path}, line {number}: numbers must ascend")
            keys[version] = key
    if not keys:
        raise BadMasterKey(f"{path} holds no key")
    return keys


def write_new(path: Path, keys: Mapping[int, bytes]) -> bool:
    """Make the file, whole or not at all; false when there is one already, which is left alone.

    Raises:
        BadMasterKey: it cannot be written.
    """
    with _written_aside(path, keys) as aside:
        try:
            os.link(aside, path)  # unlike a rename, a link never replaces what another process has made
        except FileExistsError:
            return False
    return True


def replace(path: Path, keys: Mapping[int, bytes]) -> None:
    """Put a new file in the place of the one at ``path`` in one step.

    Raises:
        BadMasterKey: it cannot be written.
    """
    with _written_aside(path, keys) as aside:
        aside.rename(path)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep every other command from changing the file meanwhile: two new keys would get one number.

    Raises:
        BadMasterKey: the lock file beside it cannot be opened.
    """
    try:
        descriptor = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BadMasterKey(f"{path}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def stamp(path: Path) -> Stamp:
    """Return a value that changes when the file is replaced; ``None`` when it is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def _read_line(path: Path, number: int, line: str) -> tuple[int, bytes]:
    version, _, key = line.strip().partition(" ")
    try:
        read_key = base64url.decode(key.strip())
        read_version = int(version) if version.isdecimal() else 0
    except ValueError:
        read_key, read_version = b"", 0
    if not 1 <= read_version <= 255 or len(read_key) != 32:
        raise BadMasterKey(
            f"{path}, line {number}: expected a number from 1 to 255 and base64url of 32 bytes"
        )
    return read_version, read_key


@contextmanager
def _written_aside(path: Path, keys: Mapping[int, bytes]) -> Iterator[Path]:
    """Give a finished, synced file beside ``path``; afterwards it is gone and the directory is synced."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(_HEADER + "".join(f"{n} {base64url.encode(k)}\n" for n, k in sorted(keys.items())))
                file.flush()
                os.fsync(file.fileno())
            yield aside
        finally:
            aside.unlink(missing_ok=True)
        _sync_directory(path.parent)
    except OSError as error:
        raise BadMasterKey(f"{path}: {error.strerror}") from error


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
