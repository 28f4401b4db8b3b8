"""What tests need to exist: valid by default, one override per test."""

from typing import Any

from keys.master_key import MasterKeys
from keys.sealed import Sealer
from provider.wiring import Services
from validators.authorization_type_directory import AuthorizationTypeDirectory
from validators.authorization_types import AuthorizationType
from validators.client import Client
from validators.custom_scopes import CustomScope
from validators.grants import GrantRecord
from validators.readable_secrets import PURPOSE, ReadableSecrets
from validators.resource_directory import ResourceDirectory, ResourceSummary
from validators.resources import TokenTarget
from validators.scope_directory import ScopeDirectory

REDIRECT_URI = "https://client.example/callback"
RESOURCE = "https://api.example.org/photos"
PASSWORD = "correct horse battery staple"
READABLE_SECRETS = ReadableSecrets(Sealer(MasterKeys.generate(), PURPOSE))
CLAIMS: dict[str, Any] = {
    "name": "Kim Ada",
    "given_name": "Ada",
    "family_name": "Kim",
    "email_verified": True,
    "locale": "ko-KR",
    "phone_number": "+82 2 1234 5678",
    "phone_number_verified": False,
    "address": {"country": "KR"},
}


def make_client(services: Services, **metadata: Any) -> tuple[Client, str]:
    """Register a confidential client that may do the code flow and refresh; return it and its secret."""
    document = {
        "client_name": "Photo Library",
        "redirect_uris": [REDIRECT_URI],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "client_secret_basic",
        **metadata,
    }
    client, secret = services.client_directory.create(document)
    return client, secret or ""


def make_public_client(services: Services, **metadata: Any) -> Client:
    """Register a public native client."""
    defaults = {"token_endpoint_auth_method": "none", "application_type": "native", "client_name": "Notes"}
    return make_client(services, **(defaults | metadata))[0]


def issue_access_token(
    services: Services, record: GrantRecord, *, token_format: str = "opaque", **values: Any
) -> str:
    """Issue an access token of a grant for Paper itself; ``values`` as in ``AccessTokens.issue``."""
    target = TokenTarget(services.settings.issuer, token_format, None, frozenset(), frozenset())
    return services.access_tokens.issue(target, client_id=record.client_id, record=record, **values)


def make_user(services: Services, name: str = "ada", **overrides: Any) -> str:
    """Store a person who can sign in with ``PASSWORD``; return the ``sub``."""
    values: dict[str, Any] = {
        "email": f"{name}@example.org",
        "claims": CLAIMS,
        "password": PASSWORD,
    } | overrides
    return services.people.create(name, **values).id


def make_resource(services: Services, uri: str = RESOURCE, **values: Any) -> ResourceSummary:
    """Register an API with scope values of its own."""
    directory = ResourceDirectory(services.database, services.clock, services.settings.issuer)
    return directory.create(uri, **({"scope": "photos.read photos.write"} | values))


def make_scope(services: Services, name: str = "groups", **values: Any) -> CustomScope:
    """Define a scope that releases the claim ``groups``."""
    directory = ScopeDirectory(services.database, services.clock)
    return directory.create(name, **({"claims": ["groups"]} | values))


def make_authorization_type(services: Services, name: str = "payment", **values: Any) -> AuthorizationType:
    """Define a type of authorization details: payments."""
    amount = {"type": "object", "properties": {"amount": {"type": "string"}, "currency": {"enum": ["EUR"]}}}
    schema = {
        "properties": {"amount": amount, "note": {}, "creditor": {"type": "string", "maxLength": 70}},
        "required": ["amount", "creditor"],
    }
    defaults = {"schema": schema, "template": "Pay {amount.amount} {amount.currency} to {creditor}"}
    directory = AuthorizationTypeDirectory(services.database, services.clock)
    return directory.create(name, **(defaults | values))
