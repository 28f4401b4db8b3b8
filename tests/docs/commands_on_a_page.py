"""What a page of docs/ shows to be typed: its files, and its commands in their order."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"(?ms)^```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$")
PROGRAM = ("flask", ".venv/bin/flask")


@dataclass(frozen=True, slots=True)
class Page:
    """A page's JSON files by name, and the arguments of each ``flask`` command."""

    files: dict[str, str]
    commands: list[list[str]]


def read_page(path: Path) -> Page:
    """Return what ``path`` shows.

    Raises:
        ValueError: a JSON block has no name, so no command can read it.
    """
    files: dict[str, str] = {}
    commands: list[list[str]] = []
    for fence in FENCE.finditer(path.read_text()):
        if fence["language"] == "json":
            if fence["title"] is None:
                raise ValueError(f"{path}: a JSON block without a title: {fence['text']}")
            files[fence["title"]] = fence["text"]
        elif fence["language"] == "sh":
            lines = fence["text"].replace("\\\n", " ").splitlines()
            typed = [shlex.split(line, comments=True) for line in lines]
            commands += [words[1:] for words in typed if words and words[0] in PROGRAM]
    return Page(files, commands)
