"""The colours of the pages, by day and by night."""

import re
from pathlib import Path

import pytest

import provider

STYLESHEET = (Path(provider.__file__).parent / "static" / "paper.css").read_text()
ROOTS = re.findall(r":root \{(.*?)\}", STYLESHEET, re.DOTALL)[:2]
LIGHT, DARK = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", root)) for root in ROOTS)

TEXT = [
    ("ink", "sheet"),
    ("quiet", "sheet"),
    ("quiet", "ground"),
    ("accent", "sheet"),
    ("accent-hover", "sheet"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("alarm", "alarm-ground"),
]
EDGES = [("edge", "sheet"), ("alarm", "sheet"), ("accent", "sheet")]
SCHEMES = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]


@pytest.mark.parametrize("colours", SCHEMES)
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_stands_out(colours: dict[str, str], front: str, back: str) -> None:
    """WCAG 2.2 §1.4.3: 4.5 to 1."""
    assert _contrast(colours[front], colours[back]) >= 4.5


@pytest.mark.parametrize("colours", SCHEMES)
@pytest.mark.parametrize(("front", "back"), EDGES)
def test_edges_and_focus_stand_out(colours: dict[str, str], front: str, back: str) -> None:
    """WCAG 2.2 §1.4.11, §2.4.7: 3 to 1 for what shows a field, an error or the focus."""
    assert _contrast(colours[front], colours[back]) >= 3


def test_every_colour_is_named_in_both_schemes() -> None:
    """A colour outside the two lists would escape the measurements above."""
    used = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", STYLESHEET))

    assert LIGHT.keys() == DARK.keys()
    assert used == {*LIGHT.values(), *DARK.values()}


@pytest.mark.parametrize(
    ("front", "back", "ratio"),
    [
        pytest.param("#000000", "#ffffff", 21.0, id="black-on-white"),
        pytest.param("#777777", "#ffffff", 4.48, id="grey-on-white"),
    ],
)
def test_contrast_is_computed_as_specified(front: str, back: str, ratio: float) -> None:
    """WCAG 2.2, definition of contrast ratio: known values."""
    assert _contrast(front, back) == pytest.approx(ratio, abs=0.005)


def _contrast(front: str, back: str) -> float:
    lighter, darker = sorted((_luminance(front), _luminance(back)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
