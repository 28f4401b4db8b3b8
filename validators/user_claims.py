"""Which claims about a person go where (OpenID Connect Core §5.4, §5.5)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from validators.grants import GrantRecord

SCOPE_CLAIMS: dict[str, tuple[str, ...]] = {
    "profile": (
        *("name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile"),
        *("picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"),
    ),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
}
STANDARD_CLAIMS = tuple(name for names in SCOPE_CLAIMS.values() for name in names)
CLAIM_SCOPES = {name: scope for scope, names in SCOPE_CLAIMS.items() for name in names}


def scope_of_claim(name: str) -> str | None:
    """Return the scope that a claim, language-tagged or not, belongs to; ``None`` for any other name."""
    return CLAIM_SCOPES.get(name.partition("#")[0])


def person_claims(record: GrantRecord) -> dict[str, Any]:
    """Return everything known of the person of a grant, by claim name, without ``sub``."""
    claims: dict[str, Any] = json.loads(record.user_claims or "{}")
    claims.setdefault("preferred_username", record.user_name)
    claims["updated_at"] = record.user_updated_at
    if record.user_email is not None:
        claims["email"] = record.user_email
        claims.setdefault("email_verified", False)
    return claims


def userinfo_claims(record: GrantRecord, scopes: Iterable[str]) -> dict[str, Any]:
    """Return what UserInfo tells for a token of ``scopes``: ``sub`` and what was asked and is known."""
    names = [name for scope in scopes for name in SCOPE_CLAIMS.get(scope, ())]
    names += requested_claims(record, "userinfo")
    return {**_chosen(person_claims(record), names), "sub": record.user_id}


def id_token_person_claims(record: GrantRecord) -> dict[str, Any]:
    """Return the claims asked for the ID token alone; those of scopes are left to UserInfo (§5.4)."""
    names = requested_claims(record, "id_token")
    return _chosen(person_claims(record), names) if names else {}


def sole_id_token_claims(record: GrantRecord) -> dict[str, Any]:
    """Return the claims of an ID token beside which no access token is ever issued.

    There is no UserInfo to ask, so the claims of the scopes are in it (§5.4).
    """
    names = [name for scope in record.scopes for name in SCOPE_CLAIMS.get(scope, ())]
    return _chosen(person_claims(record), [*names, *requested_claims(record, "id_token")])


def requested_claims(record: GrantRecord, member: str) -> list[str]:
    """Return the claim names that the claims parameter asks for in ``userinfo`` or ``id_token``."""
    if record.claims is None:
        return []
    return list(json.loads(record.claims).get(member) or ())


def _chosen(claims: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Pick claims by name, with their language-tagged variants."""
    wanted = frozenset(names)
    return {name: value for name, value in claims.items() if wanted & {name, name.partition("#")[0]}}
