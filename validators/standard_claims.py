"""Claims about a person that an operator brings (OpenID Connect Core §5.1)."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from validators.handles import email_problem
from validators.json_document import json_problem
from validators.plain_text import is_plain

MAX_TEXT = 1000
MAX_CLAIMS_BYTES = 16384
YEAR_ONLY = re.compile(r"[0-9]{4}")
DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
UNKNOWN_YEAR = "0000"
LEAP_YEAR = 2000
ADDRESS_PARTS = ("formatted", "street_address", "locality", "region", "postal_code", "country")

# Their meaning belongs to the protocol: a claim about a person must never pass for one of them.
RESERVED = frozenset(
    (
        *("acr", "act", "amr", "at_hash", "aud", "auth_time", "authorization_details", "azp"),
        *("c_hash", "client_id", "cnf", "events", "exp", "iat", "iss", "jti"),
        *("may_act", "nbf", "nonce", "s_hash", "scope", "sid", "sub", "txn"),
        *("typ", "_claim_names", "_claim_sources"),
    )
)


class InvalidClaim(Exception):
    """A claim that cannot be stored.

    Attributes:
        claim: its name.
        problem: what is allowed.
    """

    def __init__(self, claim: str, problem: str) -> None:
        self.claim = claim
        self.problem = problem
        super().__init__(f"{claim} {problem}")


def _text_problem(value: Any) -> str | None:
    if isinstance(value, str) and 0 < len(value) <= MAX_TEXT and is_plain(value):
        return None
    return f"must be a string of 1 to {MAX_TEXT} characters without control characters"


def _boolean_problem(value: Any) -> str | None:
    return None if isinstance(value, bool) else "must be true or false"


def _email_problem(value: Any) -> str | None:
    return email_problem(value) if isinstance(value, str) else "must be a string"


def _url_problem(value: Any) -> str | None:
    if _text_problem(value) is None:
        try:
            parts = urlsplit(value)
        except ValueError:
            return "must be an http or https URL"
        if parts.scheme in ("http", "https") and parts.hostname:
            return None
    return "must be an http or https URL"


def _birthdate_problem(value: Any) -> str | None:
    if isinstance(value, str):
        if YEAR_ONLY.fullmatch(value):
            return None
        if match := DATE.fullmatch(value):
            year = LEAP_YEAR if match[1] == UNKNOWN_YEAR else int(match[1])
            try:
                date(year, int(match[2]), int(match[3]))
            except ValueError:
                return "must be a date that exists"
            return None
    return "must be YYYY-MM-DD or YYYY; 0000 stands for a year that is not told"


def _address_problem(value: Any) -> str | None:
    if not isinstance(value, dict):
        return "must be an object (OpenID Connect Core section 5.1.1)"
    for part in ADDRESS_PARTS:
        lines = value.get(part, "-")
        if not isinstance(lines, str) or _text_problem(re.sub(r"\r?\n", " ", lines)):
            return f"must have strings of 1 to {MAX_TEXT} characters, {part} has not"
    return None


CHECKS: dict[str, Callable[[Any], str | None]] = {
    **dict.fromkeys(
        (
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "gender",
            "zoneinfo",
            "locale",
            "phone_number",
        ),
        _text_problem,
    ),
    **dict.fromkeys(("profile", "picture", "website"), _url_problem),
    **dict.fromkeys(("email_verified", "phone_number_verified"), _boolean_problem),
    "email": _email_problem,
    "birthdate": _birthdate_problem,
    "address": _address_problem,
}


def read_claims(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``claims`` without nulls, each standard one checked; unknown ones are kept.

    A language tag after ``#`` is allowed with any claim (OpenID Connect Core §5.2).

    Raises:
        InvalidClaim: a wrong value, or a name that belongs to the protocol or to the provider.
    """
    given = {name: value for name, value in claims.items() if value is not None}
    for name, value in given.items():
        base = name.partition("#")[0]
        if base in RESERVED or not is_plain(name):
            raise InvalidClaim(name, "is a name that belongs to the protocol")
        if base == "updated_at":
            raise InvalidClaim(name, "is kept by the provider itself")
        if base in CHECKS and (problem := CHECKS[base](value)):
            raise InvalidClaim(name, problem)
    if problem := json_problem(given, max_bytes=MAX_CLAIMS_BYTES):
        raise InvalidClaim("claims", problem)
    return given
