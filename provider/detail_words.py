"""What each of a client's authorization details says, in words for the person who is asked (RFC 9396 §11)."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from provider.wiring import services
from validators.authorization_details import Detail

MEMBER = re.compile(r"\{([^{}]+)\}")
TYPE = "type"
NOTHING = "–"


class Part(NamedTuple):
    """A piece of a sentence: the operator's own words, or what the client put into them."""

    text: str
    is_said: bool


class ShownDetail(NamedTuple):
    """One object on a page.

    Attributes:
        type: its type.
        sentence: the operator's template, filled in; empty where there is none.
        members: name and values of all that the sentence does not tell.
    """

    type: str
    sentence: list[Part]
    members: list[tuple[str, list[str]]]


def describe_details(details: Iterable[Detail] | None) -> list[ShownDetail]:
    """Return all that is asked for; nothing that a client says is left out or taken for ours."""
    return [_describe(detail) for detail in details or ()]


def _describe(detail: Detail) -> ShownDetail:
    known = services().authorization_types.get(detail[TYPE])
    template = known.template if known else None
    values = dict(_members(detail))
    named = MEMBER.findall(template or "")
    rest = [(name, value) for name, value in values.items() if name not in named and name != TYPE]
    return ShownDetail(detail[TYPE], _sentence(template or "", values), rest)


def _sentence(template: str, values: dict[str, list[str]]) -> list[Part]:
    """Cut a template into its words and the values of its members; one that is not there is a dash."""
    parts: list[Part] = []
    for index, piece in enumerate(MEMBER.split(template)):
        if index % 2 == 0:
            parts.append(Part(piece, is_said=False))
            continue
        for place, text in enumerate(values.get(piece, [NOTHING])):
            parts += [Part(", " if place else "", is_said=False), Part(text, is_said=True)]
    return [part for part in parts if part.text]


def _members(value: Any, name: str = "") -> Iterator[tuple[str, list[str]]]:
    """Return all values with their names, ``outer.inner`` where one holds another; no two are the same."""
    if isinstance(value, dict) and value:
        for inner, each in value.items():
            yield from _members(each, f"{name}.{inner}" if name else inner)
    elif isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
        for index, each in enumerate(value, 1):
            yield from _members(each, f"{name}.{index}")
    else:
        yield (
            name,
            [_text(each) for each in value] or [NOTHING] if isinstance(value, list) else [_text(value)],
        )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return NOTHING if value is None or value == {} else str(value)
