"""A sequence picture as text: its title, who takes part, and what happens from top to bottom.

The first line is ``# Title``, the second ``Browser | Client | Paper``. Then each line is one of::

    Client -> Paper: POST /token      somebody sends something
    Paper --> Client: an ID token     and this comes back
    Paper: one row is inserted        somebody does something alone
    == until the person answers       a new part begins
"""

import re
from dataclasses import dataclass

MESSAGE = re.compile(r"(?P<sender>[^:]+?) (?P<arrow>-->|->) (?P<receiver>[^:]+?): (?P<text>.+)")
DEED = re.compile(r"(?P<actor>[^:]+?): (?P<text>.+)")
PART = "== "


class BadSequence(Exception):
    """A line that says nothing, or names somebody who does not take part."""


@dataclass(frozen=True, slots=True)
class Message:
    """What goes from one participant to another; ``is_answer`` if it comes back."""

    sender: int
    receiver: int
    text: str
    is_answer: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """What a participant does alone."""

    actor: int
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """Where a new part begins."""

    text: str


Step = Message | Deed | Part


@dataclass(frozen=True, slots=True)
class Sequence:
    """A whole picture."""

    title: str
    participants: tuple[str, ...]
    steps: tuple[Step, ...]


def read_sequence(text: str) -> Sequence:
    """Return the sequence in ``text``.

    Raises:
        BadSequence: a line cannot be read.
    """
    title, names, *lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not title.startswith("# "):
        raise BadSequence(f"the first line must be '# Title': {title}")
    participants = tuple(name.strip() for name in names.split("|"))
    steps = tuple(_step(line, participants) for line in lines)
    return Sequence(title.removeprefix("# "), participants, steps)


def _step(line: str, participants: tuple[str, ...]) -> Step:
    if line.startswith(PART):
        return Part(line.removeprefix(PART))
    try:
        if match := MESSAGE.fullmatch(line):
            sender, receiver = (participants.index(match[end]) for end in ("sender", "receiver"))
            return Message(sender, receiver, match["text"], is_answer=match["arrow"] == "-->")
        if match := DEED.fullmatch(line):
            return Deed(participants.index(match["actor"]), match["text"])
    except ValueError:
        raise BadSequence(f"somebody in this line does not take part: {line}") from None
    raise BadSequence(f"cannot be read: {line}")
