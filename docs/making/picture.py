"""Sequences as SVG, one file each: ``python -m docs.making.picture [--check]``.

The ground is transparent. Colours are custom properties, for day and night; a page that holds the picture
inline may set them to its own.
"""

import re
import sys
import textwrap
from collections.abc import Iterator
from html import escape
from pathlib import Path

from docs.making.sequence import BadSequence, Deed, Message, Part, Sequence, Step, read_sequence

FOLDER = Path(__file__).parent.parent / "images" / "flows"
COLUMN, MARGIN, HEAD, LINE, GAP, PAD = 224, 8, 36, 17, 14, 9
CHARACTER = 6.9  # width of an average one at 13 px; no font is measured
HEAD_WIDTH, DEED_WIDTH, FOLD = 150, 204, 8
CODE = re.compile(r"`([^`]+)`")
STYLE = """\
svg.sequence { --seq-ink: #24211c; --seq-quiet: #5e594f; --seq-ground: #fffefb; --seq-accent: #26407c;
  font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
@media (prefers-color-scheme: dark) {
  svg.sequence { --seq-ink: #ebe6dc; --seq-quiet: #aca597; --seq-ground: #1d1b18; --seq-accent: #abc1f4; } }
svg.sequence text { fill: var(--seq-ink); text-anchor: middle; }
svg.sequence .code { font: 12px ui-monospace, Menlo, Consolas, "Liberation Mono", monospace; }
svg.sequence .name { font-weight: 600; }
svg.sequence .part { fill: var(--seq-quiet); font-style: italic; }
svg.sequence .said { paint-order: stroke; stroke: var(--seq-ground); stroke-width: 5px; }
svg.sequence path { fill: none; stroke: var(--seq-quiet); }
svg.sequence .head { fill: var(--seq-ground); stroke: var(--seq-ink); }
svg.sequence .deed { fill: var(--seq-ground); stroke: var(--seq-quiet); }
svg.sequence .life { stroke-dasharray: 2 4; }
svg.sequence .arrow { stroke: var(--seq-accent); stroke-width: 1.4; }
svg.sequence .answer { stroke-dasharray: 6 4; }
svg.sequence .tip { fill: var(--seq-accent); stroke: none; }
"""


def draw(sequence: Sequence) -> str:
    """Return the picture of ``sequence``, a whole SVG document."""
    width = 2 * MARGIN + COLUMN * len(sequence.participants)
    top: float = MARGIN + HEAD + GAP
    shapes: list[str] = []
    for step in sequence.steps:
        drawn, height = _draw_step(step, top, width)
        shapes += drawn
        top += height
    bottom = round(top + GAP)
    lives = [
        f'<path class="life" d="M {_x(index)} {MARGIN + HEAD} V {bottom - MARGIN / 2}"/>'
        for index in range(len(sequence.participants))
    ]
    heads = [
        f'<path class="head" d="{_sheet(_x(index), MARGIN, HEAD_WIDTH, HEAD)}"/>'
        + _text(_x(index), MARGIN + HEAD / 2 + 4, name, "name")
        for index, name in enumerate(sequence.participants)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="sequence" viewBox="0 0 {width} {bottom}" '
            f'width="{width}" height="{bottom}" role="img" aria-label="{escape(sequence.title)}">',
            f"<style>\n{STYLE}</style>",
            *lives,
            *shapes,
            *heads,
            "</svg>\n",
        ]
    )


def _draw_step(step: Step, top: float, width: int) -> tuple[list[str], float]:
    """Return the shapes of one step and how much room they take."""
    match step:
        case Message():
            return _draw_message(step, top)
        case Deed():
            lines = _wrap(step.text, DEED_WIDTH - 2 * PAD)
            height = len(lines) * LINE + PAD
            sheet = f'<path class="deed" d="{_sheet(_x(step.actor), top, DEED_WIDTH, height)}"/>'
            return [sheet, *_lines(_x(step.actor), top + LINE - 1, lines, "done")], height + GAP
        case Part():
            middle = top + LINE / 2
            rule = f'<path d="M {MARGIN} {middle} H {width - MARGIN}" stroke-dasharray="1 3"/>'
            return [rule, _text(width / 2, middle + 4, step.text, "part said")], LINE + GAP


def _draw_message(message: Message, top: float) -> tuple[list[str], float]:
    start, end = _x(message.sender), _x(message.receiver)
    towards = 1 if end > start else -1
    lines = _wrap(message.text, abs(end - start) - 3 * PAD)
    y = top + len(lines) * LINE + 2
    kind = "arrow answer" if message.is_answer else "arrow"
    arrow = f'<path class="{kind}" d="M {start} {y} H {end - 8 * towards}"/>'
    tip = f'<path class="tip" d="M {end} {y} l {-9 * towards} -4.5 v 9 z"/>'
    return [*_lines((start + end) / 2, top + LINE - 5, lines, "said"), arrow, tip], y - top + GAP


def _x(participant: int) -> float:
    return MARGIN + COLUMN * (participant + 0.5)


def _sheet(middle: float, top: float, width: float, height: float) -> str:
    """Return the outline of a sheet of paper with a folded corner."""
    left, right = middle - width / 2, middle + width / 2
    return (
        f"M {left} {top} H {right - FOLD} L {right} {top + FOLD} V {top + height} H {left} Z "
        f"M {right - FOLD} {top} V {top + FOLD} H {right}"
    )


def _wrap(text: str, width: float) -> list[str]:
    """Return ``text`` in as few lines as fit, alike in length; what is between backquotes is undivided."""
    undivided = CODE.sub(lambda code: code[0].replace(" ", "\N{NO-BREAK SPACE}"), text)
    widest = int(width / CHARACTER)
    ways = [
        textwrap.wrap(undivided, room, break_long_words=False, break_on_hyphens=False)
        for room in range(widest // 2, widest + 1)
    ]
    return min(ways, key=lambda lines: (max(map(len, lines)) > widest, len(lines), max(map(len, lines))))


def _lines(middle: float, top: float, lines: list[str], kind: str) -> Iterator[str]:
    for index, line in enumerate(lines):
        yield _text(middle, top + index * LINE, line, kind)


def _text(x: float, y: float, words: str, kind: str) -> str:
    """Return words with what stands between backquotes as code."""
    marked = CODE.sub(r'<tspan class="code">\1</tspan>', escape(words, quote=False))
    return f'<text x="{x}" y="{y}" class="{kind}">{marked}</text>'


def main(arguments: list[str]) -> int:
    """Draw every sequence, or tell which pictures are stale; return the exit status."""
    stale = []
    for source in sorted(FOLDER.glob("*.txt")):
        try:
            picture = draw(read_sequence(source.read_text()))
        except BadSequence as problem:
            sys.stderr.write(f"{source}: {problem}\n")
            return 2
        file = source.with_suffix(".svg")
        if arguments != ["--check"]:
            file.write_text(picture)
        elif not file.exists() or file.read_text() != picture:
            stale.append(file.name)
    if stale:
        sys.stderr.write(f"stale: {', '.join(stale)}; run: python -m docs.making.picture\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
