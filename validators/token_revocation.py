"""A client gives tokens back (RFC 7009)."""

from sqlalchemy import bindparam
from sqlalchemy.dialects import postgresql, sqlite

from models.database import Database
from models.grant import RevokedToken
from validators.access_tokens import AccessTokens
from validators.client import Client
from validators.events import Report
from validators.grants import Clock, Grants
from validators.refresh_rotation import RefreshRotation


class TokenRevocation:
    """Ends what a token stands for: a refresh token its whole grant, an access token itself alone.

    Args:
        database: where single revocations are kept until the token would have expired.
        rotation: knows refresh tokens.
        access_tokens: knows access tokens.
    """

    def __init__(
        self,
        *,
        database: Database,
        grants: Grants,
        rotation: RefreshRotation,
        access_tokens: AccessTokens,
        clock: Clock,
        report: Report,
    ) -> None:
        self._database = database
        self._grants = grants
        self._rotation = rotation
        self._access_tokens = access_tokens
        self._now = clock
        self._report = report
        insert = sqlite.insert if database.is_sqlite else postgresql.insert
        row = insert(RevokedToken).values(jti=bindparam("token_jti"), expires_at=bindparam("ends_at"))
        self._insert = database.compile(row.on_conflict_do_nothing())

    def revoke(self, token: str, client: Client) -> None:
        """End ``token``, if it is one of this client's; otherwise nothing happens (§2.2).

        No hint is needed: a token says of itself what it is.

        Raises:
            StoreUnavailable: nothing has been ended.
        """
        if not self._revoke_grant(token, client):
            self._revoke_access_token(token, client)

    def _revoke_grant(self, token: str, client: Client) -> bool:
        """End the grant of a refresh token, however old; false when ``token`` is none of this client's."""
        presented = self._rotation.find(token, client.client_id)
        if presented is None:
            return False
        record = presented.record
        if record.revoked_at is None:
            self._grants.revoke(record.id, now=self._now())
            self._report("grant_revoked", client_id=client.client_id, user_id=record.user_id)
        return True

    def _revoke_access_token(self, token: str, client: Client) -> None:
        said = self._access_tokens.read(token)
        if said is None or said.client_id != client.client_id or said.expires_at <= self._now():
            return
        self._database.run(self._insert, {"token_jti": said.jti, "ends_at": said.expires_at})
        user_id = said.subject if said.sector is None else None
        self._report("access_token_revoked", client_id=client.client_id, user_id=user_id)
