"""How often something may be tried: counted in memory, or in a store that many processes share."""

import hashlib
from typing import NamedTuple, cast

import structlog
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string

from models.errors import StoreUnavailable
from validators.grants import Clock

PREFIX = "paper"
TIMEOUT_SECONDS = 1
"""How long a request waits for a store elsewhere."""

log = structlog.get_logger("paper.limits")


class Limit(NamedTuple):
    """At most so many attempts of one kind in so many seconds."""

    name: str
    most: int
    seconds: int


class Limits:
    """Counts attempts.

    Args:
        storage: ``memory://``, where each process counts for itself, or ``redis://…``.
        clock: NumericDate.

    Raises:
        StoreUnavailable: from every method, when the store cannot be reached.
    """

    def __init__(self, storage: str, clock: Clock) -> None:
        timeouts = {"socket_timeout": TIMEOUT_SECONDS, "socket_connect_timeout": TIMEOUT_SECONDS}
        options = {} if storage.startswith("memory:") else timeouts
        self._storage = cast(Storage, storage_from_string(storage, wrap_exceptions=True, **options))
        self._now = clock

    def is_over(self, limit: Limit, key: str) -> bool:
        """Count one attempt of ``key``; true when that is more than ``limit`` allows by now."""
        window = self._now() // limit.seconds
        return self.count(f"{limit.name}/{window}", key, limit.seconds) > limit.most

    def is_early(self, name: str, key: str, seconds: int) -> bool:
        """Whether ``key`` was last here less than ``seconds`` ago; remembers that it is now."""
        now = self._now()
        recent = any(self.read(f"{name}/{then}", key) for then in range(now - seconds + 1, now))
        return self.count(f"{name}/{now}", key, seconds) > 1 or recent

    def is_known_to_be_over(self, limit: Limit, key: str) -> bool:
        """Like ``is_over``, for what goes on without the store: false when that cannot be reached."""
        try:
            return self.is_over(limit, key)
        except StoreUnavailable as error:
            log.warning("limits_unavailable", limit=limit.name, reason=str(error))
            return False

    def is_known_to_be_early(self, name: str, key: str, seconds: int) -> bool:
        """Like ``is_early``, for what goes on without the store: false when that cannot be reached."""
        try:
            return self.is_early(name, key, seconds)
        except StoreUnavailable as error:
            log.warning("limits_unavailable", limit=name, reason=str(error))
            return False

    def count(self, name: str, key: str, seconds: int, amount: int = 1) -> int:
        """Add ``amount`` to a counter that is kept for ``seconds``; return what it is now, in one step."""
        try:
            return self._storage.incr(_entry(name, key), seconds, amount)
        except StorageError as error:
            raise StoreUnavailable("the store of limits cannot be reached") from error

    def read(self, name: str, key: str) -> int:
        """Return what a counter is, 0 where there is none."""
        try:
            return self._storage.get(_entry(name, key))
        except StorageError as error:
            raise StoreUnavailable("the store of limits cannot be reached") from error


def _entry(name: str, key: str) -> str:
    """Return a short name; what people and devices send is not kept in clear."""
    return f"{PREFIX}/{name}/{hashlib.sha256(key.encode()).hexdigest()}"
