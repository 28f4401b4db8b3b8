"""What is known about a person, in the words of the account page."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from validators.standard_claims import ADDRESS_PARTS

_WORDS = {
    "name": _("Full name"),
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "middle_name": _("Middle name"),
    "nickname": _("Nickname"),
    "preferred_username": _("Preferred name"),
    "profile": _("Profile page"),
    "picture": _("Picture"),
    "website": _("Website"),
    "email_verified": _("E-mail confirmed"),
    "gender": _("Gender"),
    "birthdate": _("Birthday"),
    "zoneinfo": _("Time zone"),
    "locale": _("Language and region"),
    "phone_number": _("Telephone"),
    "phone_number_verified": _("Telephone confirmed"),
    "address": _("Postal address"),
}


class ShownClaim(NamedTuple):
    """One claim as a person reads it.

    Attributes:
        name: as the protocol calls it, with its language tag.
        label: what it is.
        lines: its value.
    """

    name: str
    label: str
    lines: list[str]


def describe_claims(claims: Mapping[str, Any]) -> list[ShownClaim]:
    """Return ``claims`` in the language of the current page, the standard ones first (Core §5.1).

    A claim that Paper has no words for goes by its own name.
    """
    order = list(_WORDS)
    names = sorted(claims, key=lambda name: order.index(_base(name)) if _base(name) in _WORDS else len(order))
    return [ShownClaim(name, _label(name), _lines(_base(name), claims[name])) for name in names]


def _base(name: str) -> str:
    return name.partition("#")[0]


def _label(name: str) -> str:
    base, _separator, language = name.partition("#")
    word = str(_WORDS[base]) if base in _WORDS else base
    return f"{word} ({language})" if language else word


def _lines(base: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [gettext("Yes") if value else gettext("No")]
    if base == "address" and isinstance(value, dict):
        parts = [value[part] for part in ADDRESS_PARTS if part in value]
        return (parts[0] if "formatted" in value else "\n".join(parts)).splitlines()
    return [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)]
