"""Keycloak: a realm as ``kc.sh export`` or the admin console writes it (RealmRepresentation)."""

from typing import Any

from provider.configuration.document import BadDocument, Entry
from provider.configuration.foreign.conversion import Conversion, object_of, objects_of, text_of
from provider.configuration.foreign.keycloak_clients import KeycloakClients
from provider.configuration.foreign.keycloak_people import take_person
from validators.scopes import OPENID_SCOPES, SCOPE_TOKEN

BUILT_IN_SCOPES = frozenset(
    {
        *OPENID_SCOPES,
        *("acr", "basic", "microprofile-jwt", "organization", "role_list", "roles", "saml_organization"),
        *("service_account", "web-origins"),
    }
)
"""Client scopes of every realm: OpenID Connect's own, or about things that are not here."""


def convert(realm: Any, conversion: Conversion, *, password_grant: bool) -> None:
    """Take clients, client scopes and users of a realm.

    Args:
        realm: the JSON value.
        conversion: what takes them.
        password_grant: whether the password grant is carried (Direct Access Grants).

    Raises:
        BadDocument: it is no export of one realm.
    """
    if isinstance(realm, list) and len(realm) == 1:
        realm = realm[0]
    if not isinstance(realm, dict) or not isinstance(realm.get("realm"), str):
        raise BadDocument("must be the export of one realm: an object with the member realm")
    scopes = _take_scopes(realm, conversion)
    clients = KeycloakClients(conversion, scopes, password_grant=password_grant)
    for client in objects_of(realm, "clients"):
        clients.take(client)
    # Those who keep their name go before those whose address is cut short to one.
    for user in sorted(objects_of(realm, "users"), key=lambda user: "@" in text_of(user, "username")):
        take_person(user, conversion)
    for member, what in (
        ("roles", "roles"),
        ("groups", "groups"),
        ("identityProviders", "identity providers"),
    ):
        if realm.get(member):
            conversion.note("realm", realm["realm"], f"{what} are left out")


def _take_scopes(realm: dict[str, Any], conversion: Conversion) -> frozenset[str]:
    """Take the client scopes that somebody has made; return their names."""
    taken = set()
    for scope in objects_of(realm, "clientScopes"):
        name = text_of(scope, "name")
        if name in BUILT_IN_SCOPES or text_of(scope, "protocol") not in ("", "openid-connect"):
            continue
        if SCOPE_TOKEN.fullmatch(name) is None:
            conversion.note("scope", name, "is left out: no scope value has such characters")
            continue
        conversion.add_scope(_scope(name, scope, conversion))
        taken.add(name)
    return frozenset(taken)


def _scope(name: str, scope: dict[str, Any], conversion: Conversion) -> Entry:
    claims = []
    for mapper in objects_of(scope, "protocolMappers"):
        claim = text_of(object_of(mapper, "config"), "claim.name")
        if claim and "." not in claim:
            claims.append(claim)
        else:
            conversion.note("scope", name, f"its mapper {text_of(mapper, 'name')} is left out")
    words = text_of(object_of(scope, "attributes"), "consent.screen.text")
    description = words if words and not words.startswith("${") else text_of(scope, "description")
    entry = {"name": name, "claims": claims, "description": description}
    return {member: value for member, value in entry.items() if value}
