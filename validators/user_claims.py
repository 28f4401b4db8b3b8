"""Which claims about a person go where (OpenID Connect Core §5.4, §5.5)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from validators.claim_languages import is_in
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


ScopeClaims = Mapping[str, Sequence[str]]
"""Scopes that an operator defined, and the names of the claims that each releases."""
NO_SCOPES: ScopeClaims = MappingProxyType({})
LOCALES = "claims_locales"


def scope_of_claim(name: str) -> str | None:
    """Return the standard scope that a claim, language-tagged or not, belongs to; ``None`` if in none."""
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


def userinfo_claims(
    record: GrantRecord, scopes: Iterable[str], sub: str | None, custom: ScopeClaims = NO_SCOPES
) -> dict[str, Any]:
    """Return what UserInfo tells for a token of ``scopes``: ``sub`` and what was asked and is known.

    Args:
        record: the grant of the token.
        scopes: those of the token.
        sub: the person, as the client of the token knows them.
        custom: what scopes of the operator's own release.
    """
    return {**_told(record, _names_of(scopes, custom), "userinfo", custom), "sub": sub}


def id_token_person_claims(record: GrantRecord, custom: ScopeClaims = NO_SCOPES) -> dict[str, Any]:
    """Return the claims asked for the ID token alone; those of scopes are left to UserInfo (§5.4)."""
    return _told(record, frozenset(), "id_token", custom) if record.claims is not None else {}


def sole_id_token_claims(record: GrantRecord, custom: ScopeClaims = NO_SCOPES) -> dict[str, Any]:
    """Return the claims of an ID token beside which no access token is ever issued.

    There is no UserInfo to ask, so the claims of the scopes are in it (§5.4).
    """
    return _told(record, _names_of(record.scopes, custom), "id_token", custom)


def requested_claims(
    record: GrantRecord, member: str, custom: ScopeClaims = NO_SCOPES
) -> dict[str, dict[str, Any]]:
    """Return what the claims parameter asks for in ``userinfo`` or ``id_token``, and how (§5.5.1).

    A claim that no scope releases any more is no longer asked for.
    """
    asked = _request(record).get(member) or {}
    released = frozenset(name for names in custom.values() for name in names)
    return {
        name: how or {}
        for name, how in asked.items()
        if scope_of_claim(name) is not None or name.partition("#")[0] in released
    }


def _request(record: GrantRecord) -> dict[str, Any]:
    return json.loads(record.claims) if record.claims is not None else {}


def _names_of(scopes: Iterable[str], custom: ScopeClaims) -> frozenset[str]:
    return frozenset(
        name for scope in scopes for name in SCOPE_CLAIMS.get(scope, ()) or custom.get(scope, ())
    )


def _told(record: GrantRecord, names: frozenset[str], member: str, custom: ScopeClaims) -> dict[str, Any]:
    """Pick claims by name, with their variants in the languages asked for (§5.2); no list means every one."""
    known = person_claims(record)
    if record.claims is None:
        return {name: value for name, value in known.items() if name.partition("#")[0] in names}
    locales = _request(record).get(LOCALES) or ()
    requested = requested_claims(record, member, custom)
    return {
        name: value
        for name, value in known.items()
        if _is_told(name, names, locales) or _is_requested(name, value, requested, locales)
    }


def _is_told(name: str, names: frozenset[str], locales: Sequence[str]) -> bool:
    base, _separator, language = name.partition("#")
    return base in names and is_in(language, locales)


def _is_requested(
    name: str, value: Any, requested: Mapping[str, Mapping[str, Any]], locales: Sequence[str]
) -> bool:
    """Whether a claim was asked for, and has the value that was asked for (§5.5.1)."""
    base, _separator, language = name.partition("#")
    how = requested.get(name)
    if how is None:
        how = requested.get(base) if is_in(language, locales) else None
    if how is None:
        return False
    wanted = [how["value"]] if "value" in how else how.get("values")
    return not isinstance(wanted, list) or value in wanted
