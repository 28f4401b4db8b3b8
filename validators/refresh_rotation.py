"""Refresh tokens: rotate, answer a lost reply again, and a replay ends the grant (RFC 9700 §4.14.2)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from validators.credentials import GrantCredentials
from validators.events import Report
from validators.grants import Clock, GrantRecord, Grants
from validators.key_binding import is_proven
from validators.policy import GrantPolicy


class PresentedToken(NamedTuple):
    """A genuine refresh token: its grant, and which of the grant's credentials it is."""

    record: GrantRecord
    generation: int


class RefreshRotation:
    """Accepts refresh token n of a grant and counts the grant on to n + 1."""

    def __init__(
        self,
        grants: Grants,
        credentials: GrantCredentials,
        policy: GrantPolicy,
        clock: Clock,
        report: Report,
    ) -> None:
        self._grants = grants
        self._credentials = credentials
        self._policy = policy
        self._now = clock
        self._report = report

    def accept(
        self, token: str, client_id: str, confirmation: Mapping[str, Any] | None = None
    ) -> GrantRecord | None:
        """Return the grant that ``token`` belongs to, or ``None`` when it must be refused.

        The live token is accepted; so is the one before it within the grace. An older one is a replay: the
        grant is revoked before the refusal, so a thief and the rightful client both lose access. A newer
        one than the row knows tells of a lost write: refused and reported, nothing is revoked.

        Args:
            token: what was presented.
            client_id: by whom, proven.
            confirmation: the key that was proven; a grant that is bound to another is left alone, whatever
                the token (RFC 8705 §4).
        """
        found = self.find(token, client_id)
        if found is None or not found.record.is_usable:
            return None
        record, generation = found
        if not is_proven(record.confirmation, confirmation):
            return None
        if generation > record.generation:
            self._report("refresh_token_from_the_future", client_id=client_id, user_id=record.user_id)
            return None
        if generation < record.generation and not self._in_grace(generation, record):
            self._end(record)
            return None
        if self._policy.last_end(record) <= self._now():
            return None
        # What the client presented decides what is spent; the row may already stand one further.
        return record._replace(generation=generation)

    def find(self, token: str, client_id: str) -> PresentedToken | None:
        """Return the grant of a genuine refresh token of this client, whether it is still good or not."""
        credential = self._credentials.read(token)
        if credential is None or credential.generation == 0:
            return None
        record = self._grants.find(credential.grant_id)
        if record is None or record.client_id != client_id:
            return None
        if not self._credentials.is_genuine(
            credential, key_version=record.key_version, salt=record.salt, client_id=client_id
        ):
            return None
        return PresentedToken(record, credential.generation)

    def is_live(self, presented: PresentedToken) -> bool:
        """Whether ``accept`` would take the token; asking changes nothing."""
        record, generation = presented
        is_answered = generation == record.generation or self._in_grace(generation, record)
        return record.is_usable and is_answered and self._now() < self._policy.last_end(record)

    def consume(self, record: GrantRecord, *, rotates: bool, expires_at: int, token_expires_at: int) -> bool:
        """Spend the accepted token; false when it turned out to be a replay, which ends the grant.

        The answer that is already built stands for the loser of a race too: its next refresh token is the
        same one. A client that does not rotate only gets a later end, written when it is worth it.

        Args:
            record: as accepted.
            rotates: whether the client gets a new refresh token.
            expires_at: the grant's new end.
            token_expires_at: the end of the new access token, which the grant must outlive.
        """
        if not rotates:
            is_worth_it = expires_at - record.expires_at >= self._policy.extend_seconds
            if not is_worth_it and token_expires_at <= record.expires_at:
                return True
            return self._grants.extend(record, expires_at=expires_at)
        if self._grants.spend(
            record, now=self._now(), expires_at=expires_at, confirmation=record.confirmation
        ):
            return True
        latest = self._grants.find(record.id)
        if latest is None or not latest.is_usable:
            return False
        if self._in_grace(record.generation, latest):
            return True
        self._end(record)
        return False

    def _in_grace(self, generation: int, record: GrantRecord) -> bool:
        """Whether credential ``generation`` was spent so lately that its answer may have been lost."""
        if record.generation != generation + 1 or record.rotated_at is None or generation == 0:
            return False
        return max(0, self._now() - record.rotated_at) < self._policy.refresh_grace_seconds

    def _end(self, record: GrantRecord) -> None:
        self._grants.revoke(record.id, now=self._now())
        self._report("refresh_token_replayed", client_id=record.client_id, user_id=record.user_id)
