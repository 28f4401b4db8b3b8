"""Which key signs, which are only published, and which still verify."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from keys.errors import BadMasterKey, UnknownAlgorithm
from keys.jwks import key_from_jwk
from keys.private_key import open_private_key
from keys.promotion import REREAD_SECONDS, SIGNED_SECONDS, KeyTimes
from keys.sealed import Sealer
from keys.store import KeyRecord, KeyState, KeyStore

logger = logging.getLogger(__name__)

_SHOWN = (KeyState.ACTIVE, KeyState.NEXT, KeyState.RETIRED)  # in the JWK set, in this order


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs; ``private`` is the parsed key object."""

    kid: str
    alg: str
    private: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A key whose signatures are believed; ``public`` is the parsed key object."""

    kid: str
    alg: str
    public: Any


@dataclass(frozen=True, slots=True)
class _View:
    """The store as it was at one moment, with promotions that were due then."""

    read_at: int
    records: dict[str, KeyRecord]
    active: dict[str, KeyRecord]


class KeyRing:
    """The keys of this provider, read from the store now and then; one object for all threads.

    Args:
        store: where the keys are.
        sealer: opens their private parts (``keys.private_key.PURPOSE``).
        clock: returns the time as NumericDate.
        cache_seconds: the store is read again when the last reading is this old.
        signed_seconds: no token signed here lives longer; a retired key is published for as long.
    """

    def __init__(
        self,
        store: KeyStore,
        sealer: Sealer,
        clock: Callable[[], int],
        cache_seconds: int,
        *,
        signed_seconds: int = SIGNED_SECONDS,
    ) -> None:
        self._store = store
        self._unavailable: tuple[type[Exception], ...] = (BadMasterKey, *store.unavailable)
        self._sealer = sealer
        self._clock = clock
        self._cache_seconds = cache_seconds
        self._times = KeyTimes(cache_seconds, signed_seconds)
        self._reading = threading.Lock()
        self._parsing = threading.Lock()
        self._view: _View | None = None
        self._tried_at = 0
        self._signing: dict[str, SigningKey] = {}  # by kid
        self._verifying: dict[str, VerificationKey] = {}  # by kid

    def active(self, alg: str) -> SigningKey:
        """Return the key that signs with ``alg`` now; parsed on its first use.

        Raises:
            UnknownAlgorithm: no active key has this algorithm.
        """
        record = self._current().active.get(alg) or self._current(REREAD_SECONDS).active.get(alg)
        if record is None:
            raise UnknownAlgorithm(f"no active key for {alg!r}")
        return self._signing.get(record.kid) or self._parse_private(record)

    def algorithms(self) -> tuple[str, ...]:
        """Return the algorithms that have an active key, in alphabetical order but RS256 first."""
        return tuple(sorted(self._current().active, key=lambda alg: (alg != "RS256", alg)))

    def published(self) -> list[dict[str, str]]:
        """Return the public JWKs for the JWK set: active, next, and retired while what they signed lives."""
        now = self._clock()
        shown = [
            record for record in self._current(REREAD_SECONDS).records.values() if record.is_published(now)
        ]
        return [dict(record.public_jwk) for record in sorted(shown, key=lambda r: _SHOWN.index(r.state))]

    def verification_key(self, kid: str) -> VerificationKey | None:
        """Return one of our keys, however old, to check a signature; ``None``: it is not ours."""
        record = self._current().records.get(kid) or self._current(REREAD_SECONDS).records.get(kid)
        if record is None:
            return None
        key = self._verifying.get(kid)
        if key is None:
            key = self._verifying[kid] = VerificationKey(kid, record.alg, key_from_jwk(record.public_jwk))
        return key

    def _current(self, age_seconds: int | None = None) -> _View:
        """Return the store as read less than ``age_seconds`` (by default the cache time) ago."""
        now, view = self._clock(), self._view
        limit = self._cache_seconds if age_seconds is None else min(age_seconds, self._cache_seconds)
        if view is not None and 0 <= now - view.read_at < limit:
            return view
        if view is None:
            with self._reading:
                return self._read(now)
        if not self._reading.acquire(blocking=False):
            return view  # another thread is reading
        try:
            return self._read(now)
        finally:
            self._reading.release()

    def _read(self, now: int) -> _View:
        """Read the store, at most once a second; when it fails, what was read before goes on to serve."""
        view = self._view
        if view is not None and 0 <= now - self._tried_at < REREAD_SECONDS:
            return view
        self._tried_at = now
        try:
            self._sealer.refresh()
            records = self._times.advanced(self._store.load(), now)
        except self._unavailable:
            if view is None:
                raise
            logger.warning("signing keys could not be read again", exc_info=True)
            return view
        active = {record.alg: record for record in records if record.state is KeyState.ACTIVE}
        self._view = _View(now, {record.kid: record for record in records}, active)
        return self._view

    def _parse_private(self, record: KeyRecord) -> SigningKey:
        with self._parsing:
            key = self._signing.get(record.kid)
            if key is None:
                private = open_private_key(
                    record.sealed_private, self._sealer, kid=record.kid, alg=record.alg
                )
                key = self._signing[record.kid] = SigningKey(record.kid, record.alg, private)
            return key
