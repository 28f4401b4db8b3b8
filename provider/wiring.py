"""The objects that endpoints and commands use, each built once, when it is first needed."""

from functools import partial
from typing import cast

from flask import current_app

from keys.decryption_keys import DecryptionKeys
from keys.sealed import Sealer
from provider import backchannel_wiring
from provider.answer_wiring import client_jwts, decryption_keys, subjects, token_issue
from provider.client_wiring import client_authentication, client_directory, client_registry, jwk_sets
from provider.events import report
from provider.foundations import Foundations
from provider.grant_wiring import direct_grant_types
from provider.grants.front_channel import FrontChannel
from provider.grants.token_issue import TokenIssue
from provider.once import once
from provider.server import ProviderServer
from validators.access_tokens import AccessTokens
from validators.authorization_types import AuthorizationTypes
from validators.backchannel_people import BackchannelPeople
from validators.backchannel_requests import BackchannelRequests
from validators.client_auth import ClientAuthentication
from validators.client_directory import ClientDirectory
from validators.client_jwts import ClientJwts
from validators.clients import ClientRegistry
from validators.code_redemption import CodeRedemption
from validators.custom_scopes import CustomScopes
from validators.device_codes import DeviceCodes
from validators.direct_grants import DirectGrants
from validators.dpop import DpopProofs
from validators.dpop_nonces import DpopNonces
from validators.introspection import Introspection
from validators.jwk_sets import JwkSets
from validators.key_binding import KeyBinding
from validators.live_clients import LiveClients
from validators.refresh_rotation import RefreshRotation
from validators.request_validator import ProviderRequestValidator
from validators.requested_details import RequestedDetails
from validators.resources import Resources
from validators.subjects import Subjects
from validators.token_revocation import TokenRevocation
from validators.unused_clients import UnusedClients
from validators.used_assertions import UsedAssertions

ACCESS_TOKEN = "access-token"  # noqa: S105 - a purpose, not a secret


class Services(Foundations):
    """One provider. A command that needs only the database opens nothing else."""

    def prepare(self) -> None:
        """Build everything now, so that the first request finds it."""
        _ = self.server, self.front_channel, self.login_sessions, self.waiting_requests, self.people
        _ = self.token_revocation, self.introspection

    @once
    def clients(self) -> ClientRegistry:
        """Clients, cached."""
        return client_registry(self)

    @once
    def unused_clients(self) -> UnusedClients:
        """Clients that nobody has let in."""
        return UnusedClients(self.database, self.clock)

    @once
    def client_directory(self) -> ClientDirectory:
        """Clients, written."""
        return client_directory(self)

    @once
    def subjects(self) -> Subjects:
        """People, as each client knows them."""
        return subjects(self)

    @once
    def used_assertions(self) -> UsedAssertions:
        """JWTs that may be used once."""
        return UsedAssertions(self.database)

    @once
    def dpop_nonces(self) -> DpopNonces:
        """Nonces for DPoP proofs."""
        return DpopNonces(self.digests, self.clock)

    @once
    def dpop_proofs(self) -> DpopProofs:
        """Judges DPoP proofs."""
        return DpopProofs(self.dpop_nonces, self.used_assertions, self.clock)

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
            subjects=self.subjects,
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
            subjects=self.subjects,
            details=self.requested_details,
        )

    @once
    def custom_scopes(self) -> CustomScopes:
        """What scopes mean that an operator defined."""
        return CustomScopes(self.database, self.clock, self.settings.client_cache_seconds)

    @once
    def authorization_types(self) -> AuthorizationTypes:
        """What authorization details mean that an operator defined."""
        return AuthorizationTypes(self.database, self.clock, self.settings.client_cache_seconds)

    @once
    def requested_details(self) -> RequestedDetails:
        """Settles the authorization details of requests."""
        return RequestedDetails(self.authorization_types)

    @once
    def resources(self) -> Resources:
        """What tokens may be for."""
        return Resources(self.database, self.settings.issuer, self.clock, self.settings.client_cache_seconds)

    @once
    def client_auth(self) -> ClientAuthentication:
        """How clients prove themselves."""
        return client_authentication(self)

    @once
    def token_issue(self) -> TokenIssue:
        """What makes tokens."""
        return token_issue(self)

    @once
    def decryption_keys(self) -> DecryptionKeys:
        """Opens what clients encrypt."""
        return decryption_keys(self)

    @once
    def client_jwts(self) -> ClientJwts:
        """Signs and encrypts for clients."""
        return client_jwts(self)

    @once
    def front_channel(self) -> FrontChannel:
        """What makes the answers of authorization requests."""
        return FrontChannel(self.token_issue, self.codes, self.grant_policy)

    @once
    def device_codes(self) -> DeviceCodes:
        """Devices that wait for their person."""
        return DeviceCodes(
            database=self.database,
            digests=self.digests,
            grants=DirectGrants(self.grants, self.credentials, self.clock),
            clock=self.clock,
            lifetime_seconds=self.settings.device_code_seconds,
            is_early=partial(self.limits.is_known_to_be_early, "device_poll"),
        )

    @once
    def backchannel_requests(self) -> BackchannelRequests:
        """Requests that wait for the person they name."""
        return backchannel_wiring.backchannel_requests(self)

    @once
    def backchannel_people(self) -> BackchannelPeople:
        """Whom such a request may name."""
        return backchannel_wiring.backchannel_people(self)

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
            key_binding=KeyBinding(self.dpop_proofs),
            codes=self.codes,
            device_codes=self.device_codes,
            rotation=self.rotation,
            resources=self.resources,
        )
        return ProviderServer(validator, self.token_issue, direct_grant_types(self, validator))


def services() -> Services:
    """Return the objects of the current app."""
    return cast(Services, current_app.extensions["provider"])
