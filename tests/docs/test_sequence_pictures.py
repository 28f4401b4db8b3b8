"""docs/images/flows: pictures are drawn from their texts."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from docs.making.picture import CHARACTER, COLUMN, FOLDER, draw
from docs.making.sequence import BadSequence, Deed, Message, Part, read_sequence
from provider.setting_kinds import CHECKOUT

SVG = "{http://www.w3.org/2000/svg}"
TEXT = """
# Two talk

A | B
A -> B: `POST /token` & <code>
B: thinks
== later
B --> A: an answer: yes
"""


def texts_of(picture: str) -> list[str]:
    return ["".join(text.itertext()) for text in ET.fromstring(picture).iter(f"{SVG}text")]


def test_a_text_is_read() -> None:
    """Messages, answers, deeds and parts, in their order."""
    sequence = read_sequence(TEXT)

    assert (sequence.title, sequence.participants) == ("Two talk", ("A", "B"))
    assert sequence.steps == (
        Message(0, 1, "`POST /token` & <code>", is_answer=False),
        Deed(1, "thinks"),
        Part("later"),
        Message(1, 0, "an answer: yes", is_answer=True),
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Title\nA | B\nA -> B: x", id="no title"),
        pytest.param("# T\nA | B\nA -> C: x", id="a stranger receives"),
        pytest.param("# T\nA | B\nC: x", id="a stranger acts"),
        pytest.param("# T\nA | B\nA -> B", id="nothing is said"),
    ],
)
def test_a_bad_text_is_refused(text: str) -> None:
    """Nothing is left out silently."""
    with pytest.raises(BadSequence):
        read_sequence(text)


def test_a_picture_holds_every_word() -> None:
    """Well-formed, whatever the words, with a name for those who cannot see it."""
    picture = draw(read_sequence(TEXT))

    root = ET.fromstring(picture)
    assert root.get("aria-label") == "Two talk"
    assert texts_of(picture) == [
        "POST\N{NO-BREAK SPACE}/token & <code>",
        "thinks",
        "later",
        "an answer: yes",
        "A",
        "B",
    ]


@pytest.mark.parametrize("source", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_a_picture_is_wide_enough(source: Path) -> None:
    """A line is never longer than what it stands on; one column holds 30 average characters."""
    sequence = read_sequence(source.read_text())

    longest = max(len(line) for line in texts_of(draw(sequence)))

    assert longest * CHARACTER < COLUMN * len(sequence.participants)


def test_pictures_are_of_their_texts() -> None:
    """`make check` tells a stale one; drawing them again changes nothing."""
    command = [sys.executable, "-m", "docs.making.picture", "--check"]

    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
