"""Key sets that others publish, kept for a while and fetched again when they no longer do (RFC 7517 §5)."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from validators.errors import FetchError

logger = logging.getLogger("paper.jwk_sets")

FetchJson = Callable[[str], Any]
Keys = Sequence[Mapping[str, Any]]

MAX_SETS = 500
MAX_KEYS = 100
FRESH_SECONDS = 300
COOL_DOWN_SECONDS = 10
KEPT_SECONDS = 86_400


class JwkSets:
    """Fetches key sets through a bounded cache.

    A set is fetched again after five minutes; for a key that is not among those at hand at once, but then not
    again within ten seconds, so that made-up key ids cause no flood. When fetching fails, the old keys serve
    for up to a day.

    Args:
        fetch: returns the JSON document at an address, or raises ``FetchError``.
        clock: NumericDate.
    """

    def __init__(self, fetch: FetchJson, clock: Callable[[], int]) -> None:
        self._fetch = fetch
        self._now = clock
        self._sets: dict[str, _KeySet] = {}
        self._choosing = threading.Lock()

    def keys_at(self, uri: str, *, newer: bool = False) -> Keys:
        """Return the keys of the set at ``uri``; ``newer``: those at hand did not do.

        Nothing is raised: what cannot be had is empty.
        """
        with self._choosing:
            # Each use moves a set to the young end; what is dropped has not been used for longest.
            key_set = self._sets.pop(uri, None) or _KeySet()
            self._sets[uri] = key_set
            while len(self._sets) > MAX_SETS:
                del self._sets[next(iter(self._sets))]
        return key_set.keys(lambda: self._fetch(uri), self._now(), newer=newer)


class _KeySet:
    """One set; threads that need it while one of them fetches it wait for that one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: Keys = ()
        self._read_at: int | None = None
        self._failed_at: int | None = None
        self._renewed_at: int | None = None

    def keys(self, fetch: Callable[[], Any], now: int, *, newer: bool) -> Keys:
        with self._lock:
            is_old = not _is_within(FRESH_SECONDS, self._read_at, now)
            # What was read in this very second is not newer the second time.
            may_renew = self._read_at != now and not _is_within(COOL_DOWN_SECONDS, self._renewed_at, now)
            wants = is_old or (newer and may_renew)
            if wants and not _is_within(COOL_DOWN_SECONDS, self._failed_at, now):
                if not is_old:
                    self._renewed_at = now
                self._read(fetch, now)
            return self._keys if _is_within(KEPT_SECONDS, self._read_at, now) else ()

    def _read(self, fetch: Callable[[], Any], now: int) -> None:
        try:
            self._keys = _keys_of(fetch())
        except FetchError as error:
            self._failed_at = now
            logger.warning("keys could not be fetched: %s", error)
            return
        self._read_at, self._failed_at = now, None


def _is_within(seconds: int, moment: int | None, now: int) -> bool:
    return moment is not None and 0 <= now - moment < seconds


def _keys_of(document: Any) -> Keys:
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list) or len(keys) > MAX_KEYS or not all(isinstance(key, dict) for key in keys):
        raise FetchError(f"not a JWK set of at most {MAX_KEYS} keys")
    return keys
