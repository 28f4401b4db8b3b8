"""Clients on the hot path: a bounded cache in the process over one read by key."""

import threading
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import bindparam, select

from models.client import ClientRow
from models.database import Database
from validators.client import Client
from validators.profiles import DEFAULT

MAX_CLIENTS = 1000
MAX_CLIENT_ID = 200
FRESH_SECONDS = 1
FIND = select(
    ClientRow.version, ClientRow.secret_digest, ClientRow.sealed_secret, ClientRow.client_metadata
).where(ClientRow.client_id == bindparam("id"), ClientRow.deleted_at.is_(None))


class CachedClient(NamedTuple):
    """A client and the second in which it was read."""

    client: Client
    read_at: float


class ClientRegistry:
    """Finds registered clients; deleted and unknown ones are ``None`` and never cached.

    Args:
        database: where clients are stored.
        clock: seconds, from any start.
        cache_seconds: how long a client may be used without reading it again; 0: not at all.
        floor: the profile that every client has at least.

    Raises:
        StoreUnavailable: from every method that reads, when the database cannot be reached.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float],
        cache_seconds: float,
        floor: str = DEFAULT,
    ) -> None:
        self._database = database
        self._clock = clock
        self._cache_seconds = cache_seconds
        self._floor = floor
        self._find = database.compile(FIND)
        self._cached: dict[str, CachedClient] = {}
        self._writing = threading.Lock()

    def get(self, client_id: str) -> Client | None:
        """Return the client, at most ``cache_seconds`` old."""
        cached = self._cached.get(client_id)
        if cached is not None and self._is_younger(cached, self._cache_seconds):
            return cached.client
        return self._read(client_id)

    def at_version(self, client_id: str, version: int | None) -> Client | None:
        """Return the client as a row that was read this moment knows it; read only if that is not at hand."""
        cached = self._cached.get(client_id)
        is_current = cached is not None and cached.client.version == version
        return cached.client if cached is not None and is_current else self._read(client_id)

    def fresh(self, client_id: str, seen_version: int | None) -> Client | None:
        """Return the client as it is stored now, for when cached data would refuse a request.

        It is read when a version other than the cached one was seen, and else at most once a second, so that
        guessing at secrets does not reach the database.

        Args:
            client_id: whose registration is in doubt.
            seen_version: the version of the client at hand, or of the row that was just read; ``None`` when
                ``get`` has just found nothing.
        """
        cached = self._cached.get(client_id)
        if seen_version is None:
            return cached.client if cached else None
        is_current = cached is not None and cached.client.version == seen_version
        if cached is not None and is_current and self._is_younger(cached, FRESH_SECONDS):
            return cached.client
        return self._read(client_id)

    def _is_younger(self, cached: CachedClient, age: float) -> bool:
        # A clock that was set back must not keep a client for longer.
        return 0 <= self._clock() - cached.read_at < age

    def _read(self, client_id: str) -> Client | None:
        if not is_client_id(client_id):
            return None
        now = self._clock()
        rows = self._database.run(self._find, {"id": client_id})
        client = Client.from_row(client_id, *rows[0], floor=self._floor) if rows else None
        with self._writing:
            # Each reading moves the client to the young end; what is dropped has not been read for longest.
            self._cached.pop(client_id, None)
            if client is not None:
                self._cached[client_id] = CachedClient(client, now)
                while len(self._cached) > MAX_CLIENTS:
                    del self._cached[next(iter(self._cached))]
        return client


def is_client_id(text: str) -> bool:
    """Whether ``text`` can be a client identifier: VSCHAR (RFC 6749 §A.1), at most 200 characters."""
    is_vschar = text.isascii() and text.isprintable()
    return is_vschar and 0 < len(text) <= MAX_CLIENT_ID and text == text.strip(" ")
