"""The kinds of things that a document tells of, in the order in which they need each other."""

from functools import cache
from pathlib import Path

from provider.client_wiring import client_directory, fetcher
from provider.configuration.authorization_types import AuthorizationTypes
from provider.configuration.clients import Clients
from provider.configuration.people import People
from provider.configuration.references import References
from provider.configuration.register import Register
from provider.configuration.resources import Resources
from provider.configuration.scopes import Scopes
from provider.configuration.trusted_issuers import TrustedIssuers
from provider.wiring import Services
from validators.authorization_type_directory import AuthorizationTypeDirectory
from validators.person_records import PersonRecords
from validators.resource_directory import ResourceDirectory
from validators.scope_directory import ScopeDirectory
from validators.sector_documents import SectorDocuments
from validators.trusted_issuer_directory import TrustedIssuerDirectory

MEMBERS = ("scopes", "authorization_types", "clients", "resources", "trusted_issuers", "people")


def registers(services: Services, folder: Path) -> list[Register]:
    """Return a register of each kind.

    Args:
        services: the provider.
        folder: where a document's references to files begin.
    """
    references = References(folder)
    store = services.database, services.clock
    return [
        Scopes(ScopeDirectory(*store)),
        AuthorizationTypes(AuthorizationTypeDirectory(*store)),
        clients(services, references),
        Resources(ResourceDirectory(*store, services.settings.issuer)),
        TrustedIssuers(TrustedIssuerDirectory(*store, services.settings.issuer)),
        People(PersonRecords(*store), services.people, references),
    ]


def clients(services: Services, references: References) -> Clients:
    """Return the clients; what is fetched for one of them is fetched once."""
    sectors = SectorDocuments(cache(fetcher(services).json))
    return Clients(
        database=services.database,
        directory=client_directory(services, sectors),
        digests=services.digests,
        readable=services.readable_secrets,
        sectors=sectors,
        floor=services.settings.profile,
        references=references,
    )
