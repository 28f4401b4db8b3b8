"""Users of a Keycloak realm (UserRepresentation, CredentialRepresentation)."""

import json
from typing import Any

from provider.configuration.foreign.conversion import Conversion, object_of, objects_of, text_of, texts_of

ATTRIBUTES = {
    **{
        name: name for name in ("locale", "zoneinfo", "gender", "birthdate", "website", "picture", "nickname")
    },
    "phoneNumber": "phone_number",
}
"""User attribute -> claim, as the mappers of a new realm have it."""


def take_person(user: dict[str, Any], conversion: Conversion) -> None:
    """Take one user; clients know them by the id, which is the ``sub``. Service accounts are no people."""
    if user.get("serviceAccountClientId"):
        return
    username = text_of(user, "username")
    name = conversion.called(username)
    email = text_of(user, "email") or (username if name != username else "")
    entry = {
        "name": name,
        "sub": text_of(user, "id"),
        "email": email,
        "claims": _claims(user, username, conversion, has_email=bool(email)),
        "disabled": user.get("enabled") is False,
        "password_hash": _password_hash(user, username, conversion),
    }
    conversion.add_person({member: value for member, value in entry.items() if value}, username)


def _claims(
    user: dict[str, Any], username: str, conversion: Conversion, *, has_email: bool
) -> dict[str, Any]:
    given, family = text_of(user, "firstName"), text_of(user, "lastName")
    claims: dict[str, Any] = {
        "given_name": given,
        "family_name": family,
        "name": " ".join(filter(None, (given, family))),
    }
    for attribute, values in object_of(user, "attributes").items():
        value = values[0] if isinstance(values, list) and len(values) == 1 else None
        if attribute in ATTRIBUTES and isinstance(value, str):
            claims[ATTRIBUTES[attribute]] = value
        else:
            conversion.note("person", username, f"the attribute {attribute} is left out")
    told = {claim: value for claim, value in claims.items() if value}
    return told | ({"email_verified": user.get("emailVerified") is True} if has_email else {})


def _password_hash(user: dict[str, Any], username: str, conversion: Conversion) -> str | None:
    """Return the PHC string of an Argon2id password (RFC 9106), which Keycloak makes since its version 25."""
    found = None
    for credential in objects_of(user, "credentials"):
        kind = text_of(credential, "type")
        if kind == "password":
            found = _phc(credential)
        if kind != "password" or found is None:
            conversion.note("person", username, f"the {kind} is not carried" + _why(kind))
    return found


def _why(kind: str) -> str:
    return ": only Argon2id hashes are" if kind == "password" else ""


def _phc(credential: dict[str, Any]) -> str | None:
    try:
        data = json.loads(text_of(credential, "credentialData"))
        secret = json.loads(text_of(credential, "secretData"))
        parameters = object_of(data, "additionalParameters")
        (kind,), (version,) = texts_of(parameters, "type"), texts_of(parameters, "version")
        (memory,), (lanes,) = texts_of(parameters, "memory"), texts_of(parameters, "parallelism")
        if (data["algorithm"], kind, version) != ("argon2", "id", "1.3"):
            return None
        salt, digest = (text_of(secret, member).rstrip("=") for member in ("salt", "value"))
    except (ValueError, KeyError, AttributeError):  # another algorithm's, or a plain password's
        return None
    return f"$argon2id$v=19$m={memory},t={data['hashIterations']},p={lanes}${salt}${digest}"
