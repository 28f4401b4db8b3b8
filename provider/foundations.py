"""The objects below every protocol: the store, the keys, people and what waits for them."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from keys import private_key
from keys.key_ring import KeyRing
from keys.master_key import MasterKeys
from keys.promotion import KeyTimes
from keys.rotation import Rotation
from keys.sealed import Sealer
from keys.signer import Signer
from keys.verifier import Verifier
from models.database import Database
from models.database_clock import DatabaseClock
from provider.guesses import Guesses
from provider.key_store import DatabaseKeyStore
from provider.limits import Limits
from provider.once import once
from provider.sealed_values import DIGEST_KEY, SEALED_VALUE, secret_value
from provider.settings import Settings
from validators.account_links import AccountLinks
from validators.audit_trail import AuditTrail
from validators.credentials import GrantCredentials
from validators.grants import Grants
from validators.login_sessions import LoginSessions
from validators.passwords import Passwords
from validators.people import People
from validators.policy import GrantPolicy, SessionPolicy
from validators.readable_secrets import PURPOSE as CLIENT_SECRET_SEAL
from validators.readable_secrets import ReadableSecrets
from validators.secret_digests import SecretDigests
from validators.set_up import SetUp
from validators.waiting_requests import WaitingRequests

if TYPE_CHECKING:
    from provider.metrics.meters import Meters
    from provider.tracing.spans import Spans


def now() -> int:
    """Return the time as NumericDate: whole seconds since 1970 UTC."""
    return int(time.time())


class Foundations:
    """What a provider stands on.

    Args:
        settings: how it behaves.
        clock: NumericDate; by default the database's.
        passwords: how people's passwords are hashed.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], int] | None = None,
        passwords: Passwords | None = None,
        master_keys: MasterKeys | None = None,
    ) -> None:
        self.settings = settings
        self._given_clock = clock
        self.passwords = passwords or Passwords()
        self._given_master_keys = master_keys

    @once
    def database(self) -> Database:
        """The store."""
        url = self.settings.database_url
        options: dict[str, Any] = {
            "sqlite_synchronous": self.settings.sqlite_synchronous,
            "prepares": self.settings.postgres_prepare == "yes",
        }
        if self.spans is None:
            return Database(url, **options)
        from provider.tracing.database import TracedDatabase  # here, as the spans

        return TracedDatabase(url, spans=self.spans, **options)

    @once
    def clock(self) -> Callable[[], int]:
        """NumericDate: the database server's, so that all nodes agree; this machine's where it is a file."""
        if self._given_clock is not None:
            return self._given_clock
        return now if self.database.is_sqlite else DatabaseClock(self.database)

    @once
    def master_keys(self) -> MasterKeys:
        """The numbered master keys."""
        return self._given_master_keys or MasterKeys.load(self.settings.master_key_file)

    @once
    def digests(self) -> SecretDigests:
        """Digests of what is random and secret."""
        return SecretDigests(secret_value(self.database, Sealer(self.master_keys, SEALED_VALUE), DIGEST_KEY))

    @once
    def key_ring(self) -> KeyRing:
        """The signing keys; the first ones are made when there are none."""
        self.key_rotation.make_first(self.clock())
        sealer = Sealer(self.master_keys, private_key.PURPOSE)
        return KeyRing(DatabaseKeyStore(self.database), sealer, self.clock, self.settings.jwks_cache_seconds)

    @once
    def key_rotation(self) -> Rotation:
        """Changes the signing keys."""
        sealer = Sealer(self.master_keys, private_key.PURPOSE)
        times = KeyTimes(self.settings.jwks_cache_seconds)
        return Rotation(DatabaseKeyStore(self.database), sealer, times)

    @once
    def audit_trail(self) -> AuditTrail:
        """Security events, kept."""
        return AuditTrail(self.database, self.digests, self.clock, self.settings.audit_seconds)

    @once
    def signer(self) -> Signer:
        """Signs ID tokens and JWT access tokens."""
        if self.spans is None:
            return Signer(self.key_ring)
        from provider.tracing.signer import TracedSigner  # here, as the spans

        return TracedSigner(self.key_ring, spans=self.spans)

    @once
    def verifier(self) -> Verifier:
        """Verifies what the signer signed."""
        return Verifier(self.key_ring)

    @once
    def readable_secrets(self) -> ReadableSecrets:
        """Client secrets that are computed with."""
        return ReadableSecrets(Sealer(self.master_keys, CLIENT_SECRET_SEAL))

    @once
    def meters(self) -> "Meters | None":
        """What is counted, if anything is."""
        if not self.settings.has_metrics:
            return None
        from provider.metrics.meters import Meters  # here: it is for few, and costs a start

        return Meters()

    @once
    def spans(self) -> "Spans | None":
        """What makes traces, if anything does."""
        if self.settings.tracing == "no":
            return None
        from provider.tracing.spans import exported_spans  # here: its packages are an extra

        return exported_spans()

    @once
    def limits(self) -> Limits:
        """How often something may be tried."""
        return Limits(self.settings.rate_limit_storage, self.clock)

    @once
    def guesses(self) -> Guesses:
        """How fast passwords may be guessed."""
        return Guesses(self.limits, self.clock)

    @once
    def people(self) -> People:
        """People."""
        return People(self.database, self.clock, self.passwords)

    @once
    def account_links(self) -> AccountLinks:
        """Links by which people choose a password."""
        return AccountLinks(self.database, self.digests, self.clock, self.people)

    @once
    def set_up(self) -> SetUp:
        """The link by which the first operator is made."""
        return SetUp(self.database, self.digests, self.clock, self.people)

    @once
    def grants(self) -> Grants:
        """The grant store."""
        return Grants(self.database)

    @once
    def grant_policy(self) -> GrantPolicy:
        """How long the parts of one authorization live."""
        settings = self.settings
        return GrantPolicy(
            code_seconds=settings.code_seconds,
            access_token_seconds=settings.access_token_seconds,
            id_token_seconds=settings.id_token_seconds,
            refresh_seconds=settings.refresh_seconds,
            grant_seconds=settings.grant_seconds,
            refresh_grace_seconds=settings.refresh_grace_seconds,
        )

    @once
    def credentials(self) -> GrantCredentials:
        """Codes and refresh tokens."""
        return GrantCredentials(self.master_keys)

    @once
    def login_sessions(self) -> LoginSessions:
        """Signed-in browsers."""
        policy = SessionPolicy(
            session_seconds=self.settings.session_seconds,
            session_idle_seconds=self.settings.session_idle_seconds,
        )
        return LoginSessions(self.database, self.digests, policy, self.clock)

    @once
    def waiting_requests(self) -> WaitingRequests:
        """Authorization requests that wait for a person."""
        return WaitingRequests(self.database, self.digests, self.clock, self.settings.request_seconds)
