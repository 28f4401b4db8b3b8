"""The document: one JSON object that says which version it is of, with an array for each kind of thing."""

from collections.abc import Iterable, Mapping
from typing import Any

VERSION_MEMBER = "paper"
VERSION = 1

Entry = dict[str, Any]
Document = dict[str, list[Entry]]


class BadDocument(Exception):
    """A document that cannot be used; the text says where and why, in one line."""


def read_document(given: Mapping[str, Any], members: Iterable[str]) -> Document:
    """Return the entries of each kind that ``given`` names; a kind that it does not name is not its concern.

    Args:
        given: the JSON object.
        members: those that there may be, beside the version.

    Raises:
        BadDocument: it is of another version, has an unknown member, or a kind is no array of objects.
    """
    if given.get(VERSION_MEMBER) != VERSION or isinstance(given[VERSION_MEMBER], bool):
        raise BadDocument(f"{VERSION_MEMBER}: must be {VERSION}, the version of the format")
    known = list(members)
    document: Document = {}
    for member, entries in given.items():
        if member == VERSION_MEMBER:
            continue
        if member not in known:
            raise BadDocument(f"{member}: is not known; known are {', '.join(known)}")
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise BadDocument(f"{member}: must be an array of objects")
        document[member] = entries
    return document


def written(document: Document) -> dict[str, Any]:
    """Return ``document`` as the JSON object that ``read_document`` reads."""
    return {VERSION_MEMBER: VERSION, **document}
