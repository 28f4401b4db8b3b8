"""How clients may prove themselves here, and what that needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509

from provider.settings import Settings
from validators.auth_methods import CERTIFICATE_METHODS, METHODS, TLS_CLIENT_AUTH
from validators.client_assertions import ClientAssertions
from validators.client_auth import ClientAuthentication
from validators.client_certificates import ClientCertificates
from validators.client_directory import ClientDirectory
from validators.client_keys import ClientKeys
from validators.client_registration import ClientRegistration
from validators.clients import ClientRegistry
from validators.fetcher import Fetcher
from validators.jwk_sets import JwkSets
from validators.outbound import OutboundAllow
from validators.registration_tokens import RegistrationTokens
from validators.request_objects import RequestObjects
from validators.sector_documents import SectorDocuments
from validators.software_statements import SoftwareStatements
from validators.trusted_issuers import TrustedIssuers

if TYPE_CHECKING:
    from provider.wiring import Services

TOKEN_PATH = "/token"  # noqa: S105 - a path


def auth_methods(settings: Settings) -> tuple[str, ...]:
    """Return the methods that are switched on; certificates need a proxy that hands them over."""
    if settings.client_cert_header is None:
        return tuple(method for method in METHODS if method not in CERTIFICATE_METHODS)
    if settings.client_ca_bundle is None:
        return tuple(method for method in METHODS if method != TLS_CLIENT_AUTH)
    return METHODS


def client_authentication(services: Services) -> ClientAuthentication:
    """Return what finds out who a client is."""
    settings = services.settings
    keys = ClientKeys(services.jwk_sets)
    bases = (settings.issuer, settings.mtls_endpoint_base or settings.issuer)
    assertions = ClientAssertions(
        issuer=settings.issuer,
        token_endpoints=[base + TOKEN_PATH for base in bases],
        audience=settings.assertion_audience,
        keys=keys,
        secrets=services.readable_secrets,
        used=services.used_assertions,
        clock=services.clock,
    )
    bundle = settings.client_ca_bundle
    authorities = x509.load_pem_x509_certificates(bundle.read_bytes()) if bundle else []
    certificates = ClientCertificates(authorities, keys, services.clock)
    return ClientAuthentication(services.clients, services.digests, assertions, certificates)


def client_registry(services: Services) -> ClientRegistry:
    """Return clients behind a cache, which is counted where anything is."""
    settings = services.settings
    arguments = (services.database, services.clock, settings.client_cache_seconds, settings.profile)
    if services.meters is None:
        return ClientRegistry(*arguments)
    from provider.metrics.clients import CountedClientRegistry  # here, as the meters

    return CountedClientRegistry(*arguments, meters=services.meters)


def client_directory(services: Services, sectors: SectorDocuments | None = None) -> ClientDirectory:
    """Return what changes registrations; the signing keys are not opened for it before they are needed."""
    return ClientDirectory(
        services.database,
        services.clock,
        services.digests,
        lambda: services.key_ring.algorithms(),
        services.readable_secrets,
        auth_methods(services.settings),
        sectors or SectorDocuments(fetcher(services).json),
        services.settings.profile,
    )


def jwk_sets(services: Services) -> JwkSets:
    """Return the key sets that others publish, behind the one way out."""
    return JwkSets(fetcher(services).json, services.clock)


def request_objects(services: Services) -> RequestObjects:
    """Return what opens signed requests."""
    return RequestObjects(
        issuer=services.settings.issuer,
        keys=ClientKeys(services.jwk_sets),
        decryption_keys=lambda: services.decryption_keys,
        fetch=fetcher(services).text,
        clock=services.clock,
    )


def fetcher(services: Services) -> Fetcher:
    """Return the one way out."""
    settings = services.settings
    arguments = (OutboundAllow.of(settings.outbound_allow), settings.ca_bundle)
    if services.spans is None:
        return Fetcher(*arguments)
    from provider.tracing.fetcher import TracedFetcher  # here, as the spans

    return TracedFetcher(*arguments, spans=services.spans)


def client_registration(services: Services) -> ClientRegistration:
    """Return what strangers may do with registrations."""
    database, digests = services.database, services.digests
    tokens = RegistrationTokens(database, digests, services.clock)
    is_open = services.settings.registration == "open"
    issuers = TrustedIssuers(database, services.clock, services.settings.client_cache_seconds)
    return ClientRegistration(
        database,
        services.client_directory,
        digests,
        None if is_open else tokens,
        SoftwareStatements(issuers, services.jwk_sets, services.clock),
    )
