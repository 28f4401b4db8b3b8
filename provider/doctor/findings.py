"""What an examination says: how grave it is, what was found, what to do."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Level(StrEnum):
    """How grave a finding is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"

    @property
    def exit_status(self) -> int:
        """What a command ends with where this is the gravest finding."""
        return list(Level).index(self)


class Finding(NamedTuple):
    """One thing that was looked at.

    Attributes:
        level: how grave it is.
        topic: what was looked at, one word.
        text: what was found, one line.
        advice: what to do; empty where nothing has to be done.
    """

    level: Level
    topic: str
    text: str
    advice: str = ""


def fine(topic: str, text: str) -> Finding:
    """Return what an operator need not act on."""
    return Finding(Level.OK, topic, text)


def warning(topic: str, text: str, advice: str) -> Finding:
    """Return what works, but should not stay so."""
    return Finding(Level.WARNING, topic, text, advice)


def error(topic: str, text: str, advice: str) -> Finding:
    """Return what keeps the provider from working, or from being safe."""
    return Finding(Level.ERROR, topic, text, advice)


def exit_status(findings: Iterable[Finding]) -> int:
    """Return 0 if all is well, 1 if there are warnings, 2 if there are errors."""
    return max((finding.level.exit_status for finding in findings), default=0)
