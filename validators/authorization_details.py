"""Authorization details: read, compared, and told to the server they are for (RFC 9396)."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from validators.errors import InvalidAuthorizationDetails
from validators.json_document import json_problem, read_json
from validators.plain_text import has_invisible, is_plain

AUTHORIZATION_DETAILS = "authorization_details"
LISTS = ("locations", "actions", "datatypes", "privileges")
IDENTIFIER = "identifier"
MAX_DETAILS = 10
PATH_MARKS = frozenset(".{}")
"""What a template's ``{member.member}`` is made of, and so no part of a member's name."""
MAX_BYTES = 3072
"""As stored and as in a token, which has room for the longest scope beside it."""

Detail = dict[str, Any]
"""One object: its ``type``, and whatever that type says."""


def read_details(text: str) -> list[Detail]:
    """Return the objects of an ``authorization_details`` parameter; their types are yet to be judged (§2).

    Raises:
        InvalidAuthorizationDetails: no array of such objects, the same one twice, over 3072 bytes, or with
            text that a person could not read.
    """
    try:
        details = read_json(text.encode())
    except ValueError:
        raise InvalidAuthorizationDetails("Malformed authorization_details.") from None
    if not isinstance(details, list) or not 0 < len(details) <= MAX_DETAILS:
        raise InvalidAuthorizationDetails(f"The authorization_details must be 1 to {MAX_DETAILS} objects.")
    if (problem := json_problem({AUTHORIZATION_DETAILS: details}, max_bytes=MAX_BYTES)) is not None:
        raise InvalidAuthorizationDetails(f"The authorization_details {problem}.")
    if len(write_details(details) or "") > MAX_BYTES:  # characters beyond ASCII are longer there
        raise InvalidAuthorizationDetails(f"The authorization_details must be at most {MAX_BYTES} bytes.")
    if not all(isinstance(detail, dict) and _is_well_formed(detail) for detail in details):
        raise InvalidAuthorizationDetails("A type or a common member is not as RFC 9396 section 2 says.")
    if not all(name and PATH_MARKS.isdisjoint(name) for name in _names(details)):
        raise InvalidAuthorizationDetails("A member's name is empty, or holds a full stop or a brace.")
    if not all(is_plain(each) and not has_invisible(each) for each in _texts(details)):
        raise InvalidAuthorizationDetails("The authorization_details hold a character that nobody can see.")
    if len({_canonical(detail) for detail in details}) < len(details):
        raise InvalidAuthorizationDetails("The authorization_details hold the same object twice.")
    return details


def write_details(details: Sequence[Detail] | None) -> str | None:
    """Return the text to store; ``None`` for none."""
    return json.dumps(details, separators=(",", ":")) if details else None


def stored_details(text: str | None) -> list[Detail] | None:
    """Return what ``write_details`` made a text of."""
    return None if text is None else list(json.loads(text))


def are_within(details: Sequence[Detail], granted: Sequence[Detail]) -> bool:
    """Whether each of ``details`` says no more than one of ``granted``, and no two than the same one (§6).

    Of the members that every type may have lists may be shorter, though never empty; all else is the same.
    """
    taken: dict[int, int] = {}

    def finds_one(index: int, tried: set[int]) -> bool:
        for place, each in enumerate(granted):
            if place not in tried and _narrows(details[index], each):
                tried.add(place)
                if place not in taken or finds_one(taken[place], tried):  # or who has it finds another
                    taken[place] = index
                    return True
        return False

    return all(finds_one(index, set()) for index in range(len(details)))


def details_at(details: Sequence[Detail] | None, audience: str, *, issuer: str) -> list[Detail] | None:
    """Return those that the server ``audience`` has to know; ``None`` for none.

    A token that names no server in particular, which has the issuer as audience, holds all of them; one for
    a resource (RFC 8707) leaves out what is only for other ``locations``.
    """
    if details is None or audience == issuer:
        return list(details or ()) or None
    return [each for each in details if audience in (each.get("locations") or (audience,))] or None


def _is_well_formed(detail: Detail) -> bool:
    """Whether the type and the members of §2.2 are what they must be, whatever the type."""
    lists = [detail[name] for name in LISTS if name in detail]
    return (
        isinstance(detail.get("type"), str)
        and isinstance(detail.get(IDENTIFIER, ""), str)
        and all(isinstance(each, list) and all(isinstance(text, str) for text in each) for each in lists)
    )


def _narrows(detail: Detail, granted: Detail) -> bool:
    return detail.keys() == granted.keys() and all(
        _is_shorter(value, granted[name]) if name in LISTS else _canonical(value) == _canonical(granted[name])
        for name, value in detail.items()
    )


def _is_shorter(values: list[str], granted: list[str]) -> bool:
    return values == granted or (bool(values) and set(values) <= set(granted))


def _canonical(value: Any) -> str:
    """Return a text that differs where JSON does: ``1``, ``1.0`` and ``true`` are three things."""
    return json.dumps(value, sort_keys=True)


def _names(value: Any) -> Iterable[str]:
    """Return the name of every member, at any depth."""
    if isinstance(value, dict):
        yield from value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _names(each)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _texts(each)
