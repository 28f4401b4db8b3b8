"""Grants that the token endpoint begins: they never had a code."""

import secrets

from validators.credentials import GrantCredentials
from validators.grants import Clock, GrantRecord, Grants


class DirectGrants:
    """Makes and stores them."""

    def __init__(self, grants: Grants, credentials: GrantCredentials, clock: Clock) -> None:
        self._grants = grants
        self._credentials = credentials
        self._now = clock

    def new(
        self,
        *,
        client_id: str,
        user_id: str,
        scope: str,
        resource: str,
        auth_time: int | None = None,
        amr: str | None = None,
    ) -> GrantRecord:
        """Return a grant, yet to be stored, whose next credential is refresh token 1."""
        now = self._now()
        return GrantRecord(
            id=secrets.token_bytes(16),
            client_id=client_id,
            user_id=user_id,
            login_session_id=None,
            scope=scope,
            resource=resource,
            claims=None,
            nonce=None,
            redirect_uri=None,
            code_challenge=None,
            auth_time=auth_time,
            acr=None,
            amr=amr,
            confirmation=None,
            authorization_details=None,
            salt=secrets.token_bytes(16),
            key_version=self._credentials.current_version,
            generation=0,
            created_at=now,
            code_expires_at=None,
            expires_at=now,
            rotated_at=None,
            revoked_at=None,
        )

    def store(self, record: GrantRecord, *, expires_at: int) -> None:
        """Store a grant from ``new``; refresh token 1 is the live one.

        Raises:
            StoreUnavailable: nothing has been stored.
        """
        self._grants.insert(record._replace(generation=1, expires_at=expires_at))
