"""When a key that is published begins to sign, and when a retired one is no longer shown.

Both follow from stored times alone, so all processes agree on them without talking: a key *next* counts as
active from a known second on, whether or not anybody has written that down yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from keys.store import KeyRecord, KeyState

REREAD_SECONDS = 1
"""A process shows a stored key in its JWK set after this time at the latest."""
SIGNED_SECONDS = 24 * 60 * 60
"""No token that is signed here lives longer."""


@dataclass(frozen=True, slots=True)
class KeyTimes:
    """The two durations that a key's life is made of.

    Args:
        cache_seconds: how long a JWK set may be cached, by clients and by our own processes.
        signed_seconds: the longest life of a token that is signed here.
    """

    cache_seconds: int
    signed_seconds: int = SIGNED_SECONDS

    def signs_at(self, record: KeyRecord) -> int:
        """Return when a key *next* begins to sign: every cached JWK set has it by then."""
        return record.created_at + self.cache_seconds + REREAD_SECONDS

    def retired(self, record: KeyRecord, at: int) -> KeyRecord:
        """Return ``record`` retired at ``at``.

        It is shown for as long as anything it signed may live; another process may have gone on signing
        with it for the cache time.
        """
        unpublish_at = at + self.cache_seconds + self.signed_seconds
        return replace(record, state=KeyState.RETIRED, retired_at=at, unpublish_at=unpublish_at)

    def activated(self, record: KeyRecord, at: int) -> KeyRecord:
        """Return ``record`` signing from ``at`` on."""
        return replace(record, state=KeyState.ACTIVE, activated_at=at)

    def advanced(self, records: Sequence[KeyRecord], now: int) -> list[KeyRecord]:
        """Return ``records`` with every promotion that is due carried out, at the second it was due."""
        due = {
            record.alg: self.signs_at(record)
            for record in records
            if record.state is KeyState.NEXT and self.signs_at(record) <= now
        }
        return [
            self._advanced(record, due[record.alg]) if record.alg in due else record for record in records
        ]

    def _advanced(self, record: KeyRecord, at: int) -> KeyRecord:
        if record.state is KeyState.NEXT:
            return self.activated(record, at)
        return self.retired(record, at) if record.state is KeyState.ACTIVE else record
