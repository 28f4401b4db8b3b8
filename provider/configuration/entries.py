"""One entry of a document, read member by member: every member is known and of its type."""

from collections.abc import Collection, Mapping
from typing import Any

from provider.configuration.document import Entry


class BadEntry(Exception):
    """A member that is not as it must be.

    Attributes:
        member: its name.
        problem: what is wrong with it, or what is allowed.
    """

    def __init__(self, member: str, problem: str) -> None:
        super().__init__(f"{member}: {problem}")
        self.member = member
        self.problem = problem


def require_known(entry: Entry, members: Collection[str]) -> None:
    """Refuse members that nobody knows: a slip of the pen must not pass for a setting.

    Raises:
        BadEntry: the first one.
    """
    for member in entry:
        if member not in members:
            raise BadEntry(member, f"is not known; known are {', '.join(members)}")


def text(entry: Entry, member: str) -> str:
    """Return a member that must be a string which says something.

    Raises:
        BadEntry: it is not, or it is not there.
    """
    value = text_or_none(entry, member)
    if not value:
        raise BadEntry(member, "must be a string, and not an empty one")
    return value


def text_or_none(entry: Entry, member: str) -> str | None:
    """Return a member that is a string, or not there.

    Raises:
        BadEntry: it is something else.
    """
    value = entry.get(member)
    if value is not None and not isinstance(value, str):
        raise BadEntry(member, "must be a string")
    return value


def words(entry: Entry, member: str) -> str:
    """Return words in one string, each once with a space between; empty if not there.

    Raises:
        BadEntry: it is something else.
    """
    return " ".join(dict.fromkeys((text_or_none(entry, member) or "").split()))


def texts(entry: Entry, member: str) -> list[str]:
    """Return an array of strings, sorted and each once, since their order means nothing; empty if not there.

    Raises:
        BadEntry: it is something else.
    """
    value = entry.get(member) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadEntry(member, "must be an array of strings")
    return sorted(set(value))


def flag(entry: Entry, member: str) -> bool:
    """Return a member that is true or false; false if it is not there.

    Raises:
        BadEntry: it is something else.
    """
    value = entry.get(member) or False
    if not isinstance(value, bool):
        raise BadEntry(member, "must be true or false")
    return value


def json_object(entry: Entry, member: str) -> dict[str, Any] | None:
    """Return a member that is an object; ``None`` if it is not there.

    Raises:
        BadEntry: it is something else.
    """
    value = entry.get(member)
    if value is not None and not isinstance(value, dict):
        raise BadEntry(member, "must be an object")
    return value


def seconds(entry: Entry, member: str, least: int, most: int) -> int | None:
    """Return a whole number of seconds; ``None`` if it is not there.

    Raises:
        BadEntry: it is something else, or out of range.
    """
    value = entry.get(member)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if value is not None and not (is_number and least <= value <= most):
        raise BadEntry(member, f"must be a whole number from {least} to {most}")
    return value


def said(values: Mapping[str, Any], defaults: Mapping[str, Any] | None = None) -> Entry:
    """Return the members that say something: neither empty nor what they are when nothing is said."""
    usual = defaults or {}
    return {
        name: value
        for name, value in values.items()
        if value not in (None, "", False) and value != [] and value != {} and value != usual.get(name)
    }
