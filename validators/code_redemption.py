"""Authorization codes: accepted, spent once, and a second use ends the grant (RFC 6749 §4.1.2)."""

import secrets
from collections.abc import Mapping
from typing import Any

from validators.credentials import GrantCredentials
from validators.events import Report
from validators.grants import Clock, GrantRecord, Grants
from validators.key_binding import is_proven
from validators.policy import GrantPolicy


class CodeRedemption:
    """Exchanges a code: generation 0 of its grant."""

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

    def new_grant(
        self,
        *,
        client_id: str,
        user_id: str,
        login_session_id: bytes,
        scope: str,
        resource: str,
        claims: str | None,
        nonce: str | None,
        redirect_uri: str | None,
        code_challenge: str | None,
        auth_time: int,
        amr: str,
        has_code: bool = True,
        front_channel_seconds: int = 0,
    ) -> GrantRecord:
        """Return a grant, yet to be stored; values as in ``models.grant.Grant``.

        It begins with an unspent code, or ``has_code`` is false and it has none. What else the
        authorization response holds lives ``front_channel_seconds``.
        """
        now = self._now()
        ends_at = self._policy.first_end(now, has_code=has_code, front_channel_seconds=front_channel_seconds)
        return GrantRecord(
            id=secrets.token_bytes(16),
            client_id=client_id,
            user_id=user_id,
            login_session_id=login_session_id,
            scope=scope,
            resource=resource,
            claims=claims,
            nonce=nonce,
            redirect_uri=redirect_uri,
            code_challenge=code_challenge,
            auth_time=auth_time,
            acr=None,
            amr=amr,
            confirmation=None,
            authorization_details=None,
            salt=secrets.token_bytes(16),
            key_version=self._credentials.current_version,
            generation=0 if has_code else 1,
            created_at=now,
            code_expires_at=now + self._policy.code_seconds if has_code else None,
            expires_at=ends_at,
            rotated_at=None,
            revoked_at=None,
        )

    def code_of(self, record: GrantRecord) -> str:
        """Return the code of a grant."""
        return self._credentials.derive(
            key_version=record.key_version,
            grant_id=record.id,
            generation=0,
            salt=record.salt,
            client_id=record.client_id,
        )

    def accept(
        self, code: str, client_id: str, confirmation: Mapping[str, Any] | None = None
    ) -> GrantRecord | None:
        """Return the grant of an unspent ``code`` of this client, or ``None`` when it must be refused.

        A code that has been spent is a replay: the grant is revoked before the refusal, in a statement of
        its own (RFC 9700 §4.2.4). Call it only after the client has authenticated.

        Args:
            code: what was presented.
            client_id: by whom, proven.
            confirmation: the keys that were proven; a code that is bound to another is left alone.
        """
        credential = self._credentials.read(code)
        if credential is None or credential.generation != 0:
            return None
        record = self._grants.find(credential.grant_id)
        if record is None or record.client_id != client_id:
            return None
        if not self._credentials.is_genuine(
            credential, key_version=record.key_version, salt=record.salt, client_id=client_id
        ):
            return None
        if not record.is_usable or not is_proven(record.confirmation, confirmation):
            return None
        if record.generation > 0:
            self._end(record)
            return None
        if record.code_expires_at is None or record.code_expires_at <= self._now():
            return None
        return record

    def consume(self, record: GrantRecord, *, expires_at: int, confirmation: str | None = None) -> bool:
        """Spend the code; false when another attempt was first, which ends the grant for both.

        Args:
            record: the grant.
            expires_at: its new end.
            confirmation: the key that its refresh tokens are bound to, ``cnf`` as JSON.
        """
        now = self._now()
        if self._grants.spend(record, now=now, expires_at=expires_at, confirmation=confirmation):
            return True
        self._end(record)
        return False

    def _end(self, record: GrantRecord) -> None:
        self._grants.revoke(record.id, now=self._now())
        self._report("code_replayed", client_id=record.client_id, user_id=record.user_id)
