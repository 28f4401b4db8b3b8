"""The policy objects of one grant, without HTTP: for tests of codes, refresh tokens and access tokens."""

from dataclasses import dataclass, field
from typing import Any

from provider.wiring import Services
from tests.builders import make_client, make_user
from tests.conftest import Clock
from validators.access_tokens import AccessTokens
from validators.code_redemption import CodeRedemption
from validators.credentials import GrantCredentials
from validators.grants import GrantRecord, Grants
from validators.policy import GrantPolicy
from validators.refresh_rotation import RefreshRotation

POLICY = GrantPolicy(
    code_seconds=60,
    access_token_seconds=900,
    id_token_seconds=3600,
    refresh_seconds=30 * 86400,
    grant_seconds=365 * 86400,
    refresh_grace_seconds=30,
)


@dataclass
class Events:
    """Security events, as they are reported."""

    names: list[str] = field(default_factory=list)

    def __call__(self, event: str, **details: str | int | None) -> None:
        """Take one event."""
        self.names.append(event)


class GrantStory:
    """A client, a person, and the objects that decide over their grants.

    Args:
        services: where they are stored.
        clock: the test's.
        policy: the limits.
    """

    def __init__(self, services: Services, clock: Clock, policy: GrantPolicy = POLICY) -> None:
        self.services = services
        self.clock = clock
        self.policy = policy
        self.events = Events()
        self.grants: Grants = services.grants
        self.credentials: GrantCredentials = services.credentials
        self.access_tokens: AccessTokens = services.access_tokens
        parts = (services.grants, services.credentials, policy, clock, self.events)
        self.codes = CodeRedemption(*parts)
        self.rotation = RefreshRotation(*parts)
        self.client_id = make_client(services)[0].client_id
        self.user_id = make_user(services)

    def begin(self, **changes: Any) -> tuple[GrantRecord, str]:
        """Store a grant; return it and its code."""
        record = self.codes.new_grant(
            client_id=self.client_id,
            user_id=self.user_id,
            login_session_id=bytes(16),
            scope="openid offline_access",
            resource="",
            claims=None,
            nonce=None,
            redirect_uri=None,
            code_challenge=None,
            auth_time=self.clock(),
            amr="pwd",
        )._replace(**changes)
        self.grants.insert(record)
        return record, self.codes.code_of(record)

    def begin_refreshing(self) -> tuple[GrantRecord, str]:
        """Store a grant whose code has been spent; return it and refresh token 1."""
        record, _ = self.begin()
        assert self.codes.consume(record, expires_at=self.end(record))
        return self.stored(record), self.token(record, 1)

    def end(self, record: GrantRecord) -> int:
        """Return the new end of a grant that is used now."""
        seconds = self.policy.access_token_seconds
        return self.policy.end(record, self.clock(), seconds, has_refresh_token=True)

    def token(self, record: GrantRecord, generation: int) -> str:
        """Return credential ``generation`` of a grant."""
        return self.credentials.derive(
            key_version=record.key_version,
            grant_id=record.id,
            generation=generation,
            salt=record.salt,
            client_id=record.client_id,
        )

    def rotate(self, token: str) -> bool:
        """Refresh with ``token``, all the way; false when it is refused."""
        record = self.rotation.accept(token, self.client_id)
        return record is not None and self.consume(record)

    def consume(self, record: GrantRecord, *, rotates: bool = True) -> bool:
        """Spend an accepted refresh token."""
        return self.rotation.consume(
            record,
            rotates=rotates,
            expires_at=self.end(record),
            token_expires_at=self.clock() + self.policy.access_token_seconds,
        )

    def stored(self, record: GrantRecord) -> GrantRecord:
        """Return the row as it is now."""
        found = self.grants.find(record.id)
        assert found is not None
        return found
