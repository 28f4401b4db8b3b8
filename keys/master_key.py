"""The one secret that an operator keeps: numbered master keys, from which every other key is derived."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from pathlib import Path

from keys import master_key_file
from keys.errors import BadMasterKey

KEY_BYTES = 32
HIGHEST_VERSION = 255  # a version is one byte of every sealed value and credential


class MasterKeys:
    """Master keys by number; the highest number is the current one, the others only read what is old.

    An instance that came from a file follows a rotation: it reads a replaced file again when it meets a
    number that it does not know, and on ``refresh``.

    Args:
        keys: 32 random bytes each, by number from 1 to 255.
        path: the file they came from, if any.

    Raises:
        BadMasterKey: no key at all, or a number or length out of range.
    """

    def __init__(self, keys: Mapping[int, bytes], path: Path | None = None) -> None:
        if not keys:
            raise BadMasterKey("there is no master key")
        for version, key in keys.items():
            if not 1 <= version <= HIGHEST_VERSION or len(key) != KEY_BYTES:
                raise BadMasterKey(f"master key {version}: numbers go from 1 to 255, a key has 32 bytes")
        self._path = path
        self._stamp = master_key_file.stamp(path) if path else None
        self._take(dict(sorted(keys.items())))

    @classmethod
    def generate(cls) -> "MasterKeys":
        """Return one new key, number 1, kept in memory only."""
        return cls({1: secrets.token_bytes(KEY_BYTES)})

    @classmethod
    def load(cls, path: Path) -> "MasterKeys":
        """Return the keys in the file at ``path``.

        Raises:
            BadMasterKey: missing, unreadable, malformed, or readable by anyone but its owner.
        """
        return cls(master_key_file.read(path), path)

    @classmethod
    def create(cls, path: Path) -> "MasterKeys":
        """Make a file with one new key.

        Raises:
            BadMasterKey: the file exists, or cannot be written.
        """
        keys = {1: secrets.token_bytes(KEY_BYTES)}
        if not master_key_file.write_new(path, keys):
            raise BadMasterKey(f"{path} exists already")
        return cls(keys, path)

    @classmethod
    def load_or_create(cls, path: Path) -> "MasterKeys":
        """Return the keys at ``path``, made if the file is missing; two processes at once get the same.

        Raises:
            BadMasterKey: see ``load``.
        """
        if not path.exists():
            master_key_file.write_new(path, {1: secrets.token_bytes(KEY_BYTES)})
        return cls.load(path)

    def save(self, path: Path) -> None:
        """Replace the file at ``path`` in one step; a crash leaves the old file or the new one.

        Raises:
            BadMasterKey: it cannot be written.
        """
        master_key_file.replace(path, self._keys)

    @property
    def current(self) -> int:
        """The number that new values are made with."""
        return self._current

    @property
    def versions(self) -> tuple[int, ...]:
        """Every number there is, ascending."""
        return tuple(self._keys)

    def derive(self, purpose: str, version: int | None = None) -> bytes:
        """Return the 32 byte key for one purpose: HKDF-SHA-256, info ``paper/<purpose>/v1`` (RFC 5869).

        Args:
            purpose: a fixed name; keys of different purposes tell nothing about each other.
            version: the master key's number; by default the current one.

        Raises:
            BadMasterKey: there is no master key of that number.
        """
        derived = self._derived.get((purpose, version or self._current))
        return derived or self._derive(purpose, version or self._current)

    def with_new(self) -> "MasterKeys":
        """Return these keys and a new one, which is then the current one.

        Raises:
            BadMasterKey: 255 is in use.
        """
        if self._current == HIGHEST_VERSION:
            raise BadMasterKey("master key 255 is the last number there is")
        return MasterKeys({**self._keys, self._current + 1: secrets.token_bytes(KEY_BYTES)})

    def without(self, version: int) -> "MasterKeys":
        """Return these keys but one.

        Raises:
            BadMasterKey: there is no such number, or it is the current one.
        """
        self._require(version)
        if version == self._current:
            raise BadMasterKey(f"master key {version} is the current one; rotate first")
        return MasterKeys({number: key for number, key in self._keys.items() if number != version})

    def refresh(self) -> None:
        """Read the file again if it has been replaced; costs one ``stat`` otherwise.

        Raises:
            BadMasterKey: the new file cannot be used; the keys known so far stay.
        """
        if self._path is None or (stamp := master_key_file.stamp(self._path)) == self._stamp:
            return
        self._take(master_key_file.read(self._path))
        self._stamp = stamp

    def _derive(self, purpose: str, version: int) -> bytes:
        if version not in self._keys:
            self.refresh()
        self._require(version)
        extracted = hmac.digest(bytes(hashlib.sha256().digest_size), self._keys[version], hashlib.sha256)
        derived = hmac.digest(extracted, f"paper/{purpose}/v1\x01".encode(), hashlib.sha256)
        self._derived[purpose, version] = derived
        return derived

    def _require(self, version: int) -> None:
        if version not in self._keys:
            raise BadMasterKey(
                f"there is no master key {version}; there are {', '.join(map(str, self._keys))}"
            )

    def _take(self, keys: dict[int, bytes]) -> None:
        self._keys = keys
        self._derived: dict[tuple[str, int], bytes] = {}
        self._current = max(keys)

    def __repr__(self) -> str:
        return f"MasterKeys(versions={self.versions}, current={self.current})"
