"""The objects that endpoints and commands use, each built once, when it is first needed."""

import time
from collections.abc import Callable
from functools import partial
from typing import cast

from flask import current_app

from keys import private_key
from keys.key_ring import KeyRing
from keys.master_key import MasterKeys
from keys.promotion import KeyTimes
from keys.rotation import Rotation
from keys.sealed import Sealer
from keys.signer import Signer
from keys.verifier import Verifier
from models.database import Database
from provider.client_wiring import auth_methods, client_authentication, jwk_sets
from provider.events import report
from provider.grant_wiring import direct_grant_types
from provider.grants.front_channel import FrontChannel
from provider.grants.token_issue import TokenIssue
from provider.key_store import DatabaseKeyStore
from provider.limits import Limits
from provider.once import once
from provider.sealed_values import DIGEST_KEY, SEALED_VALUE, secret_value
from provider.server import ProviderServer
from provider.settings import Settings
from validators.access_tokens import AccessTokens
from validators.client_auth import ClientAuthentication
from validators.client_directory import ClientDirectory
from validators.clients import ClientRegistry
from validators.code_redemption import CodeRedemption
from validators.credentials import GrantCredentials
from validators.device_codes import DeviceCodes
from validators.direct_grants import DirectGrants
from validators.grants import Grants
from validators.introspection import Introspection
from validators.jwk_sets import JwkSets
from validators.live_clients import LiveClients
from validators.login_sessions import LoginSessions
from validators.passwords import Passwords
from validators.people import People
from validators.policy import GrantPolicy, SessionPolicy
from validators.readable_secrets import PURPOSE as CLIENT_SECRET_SEAL
from validators.readable_secrets import ReadableSecrets
from validators.refresh_rotation import RefreshRotation
from validators.request_validator import ProviderRequestValidator
from validators.resources import Resources
from validators.secret_digests import SecretDigests
from validators.token_revocation import TokenRevocation
from validators.waiting_requests import WaitingRequests

ACCESS_TOKEN = "access-token"  # noqa: S105 - a purpose, not a secret


def now() -> int:
    """Return the time as NumericDate: whole seconds since 1970 UTC."""
    return int(time.time())


class Services:
    """One provider. A command that needs only the database opens nothing else.

    Args:
        settings: how it behaves.
        clock: NumericDate.
        passwords: how people's passwords are hashed.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Callable[[], int] = now,
        passwords: Passwords | None = None,
        master_keys: MasterKeys | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.passwords = passwords or Passwords()
        self._given_master_keys = master_keys

    def prepare(self) -> None:
        """Build everything now, so that the first request finds it."""
        _ = self.server, self.front_channel, self.login_sessions, self.waiting_requests, self.people
        _ = self.token_revocation, self.introspection

    @once
    def database(self) -> Database:
        """The store."""
        return Database(self.settings.database_url, sqlite_synchronous=self.settings.sqlite_synchronous)

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
        store = DatabaseKeyStore(self.database)
        sealer = Sealer(self.master_keys, private_key.PURPOSE)
        cache_seconds = self.settings.jwks_cache_seconds
        Rotation(store, sealer, KeyTimes(cache_seconds)).make_first(self.clock())
        return KeyRing(store, sealer, self.clock, cache_seconds)

    @once
    def signer(self) -> Signer:
        """Signs ID tokens and JWT access tokens."""
        return Signer(self.key_ring)

    @once
    def verifier(self) -> Verifier:
        """Verifies what the signer signed."""
        return Verifier(self.key_ring)

    @once
    def clients(self) -> ClientRegistry:
        """Clients, cached."""
        return ClientRegistry(self.database, self.clock, self.settings.client_cache_seconds)

    @once
    def client_directory(self) -> ClientDirectory:
        """Clients, written."""
        return ClientDirectory(
            self.database,
            self.clock,
            self.digests,
            lambda: self.key_ring.algorithms(),
            self.readable_secrets,
            auth_methods(self.settings),
        )

    @once
    def people(self) -> People:
        """People."""
        return People(self.database, self.clock, self.passwords)

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
    def codes(self) -> CodeRedemption:
        """Authorization codes."""
        return CodeRedemption(self.grants, self.credentials, self.grant_policy, self.clock, report)

    @once
    def rotation(self) -> RefreshRotation:
        """Refresh tokens."""
        return RefreshRotation(self.grants, self.credentials, self.grant_policy, self.clock, report)

    @once
    def access_tokens(self) -> AccessTokens:
        """Access tokens."""
        return AccessTokens(
            issuer=self.settings.issuer,
            sealer=Sealer(self.master_keys, ACCESS_TOKEN, self.settings.issuer.encode()),
            signer=self.signer,
            verifier=self.verifier,
            grants=self.grants,
            live_clients=LiveClients(self.database),
            clock=self.clock,
        )

    @once
    def token_revocation(self) -> TokenRevocation:
        """Tokens given back."""
        return TokenRevocation(
            database=self.database,
            grants=self.grants,
            rotation=self.rotation,
            access_tokens=self.access_tokens,
            clock=self.clock,
            report=report,
        )

    @once
    def introspection(self) -> Introspection:
        """What tokens are, for those who may know."""
        return Introspection(
            issuer=self.settings.issuer,
            access_tokens=self.access_tokens,
            rotation=self.rotation,
            resources=self.resources,
        )

    @once
    def resources(self) -> Resources:
        """What tokens may be for."""
        return Resources(self.database, self.settings.issuer, self.clock, self.settings.client_cache_seconds)

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

    @once
    def client_auth(self) -> ClientAuthentication:
        """How clients prove themselves."""
        return client_authentication(self)

    @once
    def readable_secrets(self) -> ReadableSecrets:
        """Client secrets that are computed with."""
        return ReadableSecrets(Sealer(self.master_keys, CLIENT_SECRET_SEAL))

    @once
    def token_issue(self) -> TokenIssue:
        """What makes tokens."""
        return TokenIssue(
            issuer=self.settings.issuer,
            access_tokens=self.access_tokens,
            credentials=self.credentials,
            resources=self.resources,
            signer=self.signer,
            secrets=self.readable_secrets,
            policy=self.grant_policy,
            clock=self.clock,
        )

    @once
    def front_channel(self) -> FrontChannel:
        """What makes the answers of authorization requests."""
        return FrontChannel(self.token_issue, self.codes, self.grant_policy)

    @once
    def limits(self) -> Limits:
        """How often something may be tried."""
        return Limits(self.settings.rate_limit_storage, self.clock)

    @once
    def device_codes(self) -> DeviceCodes:
        """Devices that wait for their person."""
        return DeviceCodes(
            database=self.database,
            digests=self.digests,
            grants=DirectGrants(self.grants, self.credentials, self.clock),
            clock=self.clock,
            lifetime_seconds=self.settings.device_code_seconds,
            is_early=partial(self.limits.is_early, "device_poll"),
        )

    @once
    def jwk_sets(self) -> JwkSets:
        """Key sets that others publish."""
        return jwk_sets(self)

    @once
    def server(self) -> ProviderServer:
        """The server of oauthlib, with our grants."""
        validator = ProviderRequestValidator(
            clients=self.clients,
            client_auth=self.client_auth,
            codes=self.codes,
            device_codes=self.device_codes,
            rotation=self.rotation,
            resources=self.resources,
        )
        return ProviderServer(validator, self.token_issue, direct_grant_types(self, validator))


def services() -> Services:
    """Return the objects of the current app."""
    return cast(Services, current_app.extensions["provider"])
