"""docs/threats.md: every rule and advisory has its answer and its test, and each of them exists."""

import ast
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "threats.md"
ADVISORIES = 107
RULES = {
    "9700": (
        *("2.1-exact", "2.1-open-redirector", "2.1-csrf", "2.1.1-pkce", "2.1.1-downgrade", "2.1.2-implicit"),
        *("2.2.1-binding", "2.2.2-rotation", "4.14.2-scope", "4.14.2-end", "2.3-audience", "2.4-password"),
        *("2.5-client", "2.6-names", "2.6-metadata", "2.6-http", "2.6-cors", "4.2.4-code", "4.2.4-pages"),
        *("4.3.2-query", "4.4-mix-up", "4.11.2-page", "4.12-303", "4.13-proxy", "4.16-frames"),
        *("4.17-postmessage", "update-audience", "update-upstream"),
    ),
    "2.1": (
        *("pkce", "removed", "redirect", "query", "refresh", "redirect-at-token", "post-secret", "repeated"),
        *("empty", "unknown", "post", "no-store", "aud", "one-method", "native-secret", "code-once"),
        *("scope", "guess", "challenge"),
    ),
    "adv": tuple(map(str, range(1, ADVISORIES + 1))),
}
INAPPLICABLE = "does not apply: "

pytestmark = pytest.mark.security


class Row(NamedTuple):
    """One line of the page."""

    key: str
    rule: str
    answer: str
    tests: str


def rows() -> list[Row]:
    lines = [line for line in PAGE.read_text().splitlines() if line.startswith("| `")]
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    return [Row(found[0].strip("`"), *found[1:]) for found in cells if len(found) == 4]


def named(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def test_every_key_is_there_once() -> None:
    """A line that is forgotten, or comes twice, shows."""
    expected = [f"{kind}-{name}" for kind, names in RULES.items() for name in names]

    assert Counter(row.key for row in rows()) == Counter(expected)


def test_every_line_is_answered_and_tested() -> None:
    """Or says why it concerns nothing that is here."""
    for row in rows():
        if row.answer.startswith(INAPPLICABLE):
            assert len(row.answer) > len(INAPPLICABLE) + 20, row.key
            assert not row.tests, row.key
        else:
            assert named(row.answer), row.key
            assert named(row.tests), row.key


def test_every_file_and_test_named_exists() -> None:
    """What is renamed or removed takes its line along."""
    defined: dict[str, set[str]] = {}
    missing = []
    for row in rows():
        files = [] if row.answer.startswith(INAPPLICABLE) else named(row.answer)
        missing += [(row.key, name) for name in files if not (ROOT / name).is_file()]
        for name in named(row.tests):
            path, _, test = name.partition("::")
            if path not in defined:
                defined[path] = functions(ROOT / path)
            if test not in defined[path]:
                missing.append((row.key, name))

    assert missing == []


def functions(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}
