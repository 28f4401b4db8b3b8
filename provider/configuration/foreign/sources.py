"""The other providers whose exports can be read."""

from typing import Any

from provider.client_wiring import auth_methods
from provider.configuration.document import Document, Entry
from provider.configuration.foreign import django_oauth_toolkit, keycloak
from provider.configuration.foreign.conversion import Conversion
from provider.configuration.people import record_of
from provider.wiring import Services
from validators.client_metadata import read_client_metadata
from validators.client_secrets import first_client_id, first_secret
from validators.offered_metadata import require_offered

DJANGO_OAUTH_TOOLKIT, KEYCLOAK = "django-oauth-toolkit", "keycloak"
SOURCES = (DJANGO_OAUTH_TOOLKIT, KEYCLOAK)


def converted(
    services: Services, exported: Any, source: str, *, scope: str, password_grant: bool
) -> tuple[Document, list[str]]:
    """Return what another provider exports as a document, and what of it cannot be carried, a line each.

    Args:
        services: the provider, which must be able to serve each client.
        exported: the JSON value.
        source: one of ``SOURCES``.
        scope: what clients of django-oauth-toolkit may ask for.
        password_grant: whether the password grant is carried.

    Raises:
        BadDocument: it is not what that provider exports.
    """
    conversion = Conversion(lambda entry: _require_client(services, entry), lambda e: record_of(e).checked())
    if source == KEYCLOAK:
        keycloak.convert(exported, conversion, password_grant=password_grant)
    else:
        django_oauth_toolkit.convert(exported, conversion, scope=scope, password_grant=password_grant)
    return conversion.document(), conversion.left_out


def _require_client(services: Services, entry: Entry) -> None:
    """Refuse a client that could not be registered here.

    Raises:
        InvalidClientMetadata: the first member that is wrong.
    """
    first_client_id(entry["client_id"])
    metadata = read_client_metadata(entry, registered_by="operator", floor=services.settings.profile)
    methods = auth_methods(services.settings)
    require_offered(metadata, algorithms=services.key_ring.algorithms(), methods=methods)
    first_secret(metadata, entry.get("client_secret"))
