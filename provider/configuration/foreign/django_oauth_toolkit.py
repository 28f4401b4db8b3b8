"""django-oauth-toolkit: what ``manage.py dumpdata oauth2_provider.application auth.user`` writes."""

import re
from typing import Any

from provider.configuration.document import BadDocument, Entry
from provider.configuration.foreign.conversion import (
    DEVICE_CODE,
    HYBRID_RESPONSE_TYPES,
    PASSWORD,
    PUBLIC,
    REFRESH_TOKEN,
    Conversion,
    is_native,
    object_of,
    text_of,
)

HASHED = re.compile(r"[a-z0-9_]+\$.+\$.+")  # as Django writes hashes: algorithm, parameters, salt, digest
ARGON2 = re.compile(r"argon2(\$argon2id\$.+)")
GRANT_TYPES = {
    "authorization-code": ["authorization_code", REFRESH_TOKEN],
    "openid-hybrid": ["authorization_code", "implicit", REFRESH_TOKEN],
    "implicit": ["implicit"],
    "client-credentials": ["client_credentials"],
    DEVICE_CODE: [DEVICE_CODE, REFRESH_TOKEN],
    PASSWORD: [PASSWORD, REFRESH_TOKEN],
}


def convert(dump: Any, conversion: Conversion, *, scope: str, password_grant: bool) -> None:
    """Take the applications of a dump, and the people if there are any.

    Args:
        dump: the JSON value.
        conversion: what takes them.
        scope: what clients may ask for beside OpenID Connect's; the dump does not tell it.
        password_grant: whether clients with the password grant are carried.

    Raises:
        BadDocument: it is no such dump.
    """
    if not isinstance(dump, list) or not all(isinstance(each, dict) and "model" in each for each in dump):
        raise BadDocument("must be what manage.py dumpdata writes: an array of objects with a model")
    # Those who keep their name go before those whose address is cut short to one.
    for record in sorted(dump, key=lambda record: "@" in str(object_of(record, "fields").get("username"))):
        fields = object_of(record, "fields")
        if "authorization_grant_type" in fields:
            _application(fields, conversion, scope=scope, password_grant=password_grant)
        elif "username" in fields:
            _person(record, fields, conversion)
        else:
            conversion.note(
                str(record["model"]), record.get("pk"), "is left out: it is no application or user"
            )


def _application(fields: dict[str, Any], conversion: Conversion, *, scope: str, password_grant: bool) -> None:
    client_id, grant = text_of(fields, "client_id"), text_of(fields, "authorization_grant_type")
    if grant not in GRANT_TYPES:
        conversion.note("client", client_id, f"is left out: its grant type {grant} is not known")
        return
    if grant == PASSWORD and not password_grant:
        conversion.note("client", client_id, "is left out: it has the password grant; see --password-grant")
        return
    if text_of(fields, "registration_source") == "cimd":
        conversion.note("client", client_id, "is left out: it comes from a client id metadata document")
        return
    is_public = text_of(fields, "client_type") == "public"
    uris = text_of(fields, "redirect_uris").split()
    native = is_native(uris, is_public=is_public)
    entry: Entry = {
        "client_id": client_id,
        "client_name": text_of(fields, "name"),
        "grant_types": GRANT_TYPES[grant],
        "response_types": _response_types(grant, text_of(fields, "algorithm")),
        "redirect_uris": conversion.carried_uris(client_id, uris, native=native, what="redirect URI"),
        "post_logout_redirect_uris": conversion.carried_uris(
            client_id,
            text_of(fields, "post_logout_redirect_uris").split(),
            native=native,
            what="post-logout redirect URI",
        ),
        "application_type": "native" if native else "web",
        "scope": scope,
        "paper_skip_consent": bool(fields.get("skip_authorization")),
    }
    if is_public:
        entry |= PUBLIC
    else:
        entry["client_secret"] = _secret(client_id, fields, conversion)
    if text_of(fields, "algorithm") == "HS256":
        entry |= {"id_token_signed_response_alg": "HS256"}
    conversion.note_origins(client_id, text_of(fields, "allowed_origins").split(), entry["redirect_uris"])
    conversion.add_client({name: value for name, value in entry.items() if value or name == "response_types"})


def _response_types(grant: str, algorithm: str) -> list[str]:
    if grant == "implicit":
        return ["token", "id_token", "id_token token"] if algorithm else ["token"]
    if grant == "openid-hybrid":
        return HYBRID_RESPONSE_TYPES
    return ["code"] if grant == "authorization-code" else []


def _secret(client_id: str, fields: dict[str, Any], conversion: Conversion) -> str | None:
    """Return a secret that is stored as it is."""
    secret = text_of(fields, "client_secret")
    if secret and HASHED.fullmatch(secret) is None:
        return secret
    conversion.note("client", client_id, "its secret is hashed and cannot be carried; a new one is made")
    return None


def _person(record: dict[str, Any], fields: dict[str, Any], conversion: Conversion) -> None:
    """Take a user; clients know them by the primary key, which is the ``sub``."""
    username = text_of(fields, "username")
    name = conversion.called(username)
    given, family = text_of(fields, "first_name"), text_of(fields, "last_name")
    claims = {"given_name": given, "family_name": family, "name": " ".join(filter(None, (given, family)))}
    argon2 = ARGON2.fullmatch(text_of(fields, "password"))
    if argon2 is None:
        conversion.note("person", username, "the password is not carried: only Argon2id hashes are")
    entry = {
        "name": name,
        "sub": str(record.get("pk")),
        "email": text_of(fields, "email"),
        "claims": {claim: value for claim, value in claims.items() if value},
        "disabled": fields.get("is_active") is False,
        "password_hash": argon2 and argon2[1],
    }
    conversion.add_person({member: value for member, value in entry.items() if value}, username)
