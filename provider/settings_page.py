"""The page ``docs/settings.md``: run as a module it prints it, with ``--check FILE`` it compares."""

import ast
import inspect
import sys
from dataclasses import fields
from typing import Any

from provider.generated_page import print_or_check
from provider.setting_files import SUFFIX
from provider.setting_kinds import CHECKOUT, Kind
from provider.setting_names import variable
from provider.settings import Settings, setting_kinds

HEAD = """# Settings

Paper reads these environment variables once, when it starts. None has to be set. Every problem is reported at
once; a `PAPER_` name that is not on this page is one of them.

What may hold a secret can be kept in a file: one line of ASCII, which the user that Paper runs as may read.
"""


def render() -> str:
    """Return the page in Markdown."""
    defaults = {field.name: field.default for field in fields(Settings)}
    texts = descriptions()
    sections = [
        f"## `{variable(name)}`\n\n{texts[name]}\n\n{_bounds(name, kind, defaults[name])}"
        for name, kind in setting_kinds().items()
    ]
    return "\n".join([HEAD, *sections])


def descriptions() -> dict[str, str]:
    """Return the text under each field of ``Settings``."""
    body = ast.parse(inspect.getsource(Settings)).body[0]
    assert isinstance(body, ast.ClassDef)  # noqa: S101 - a class's source is one class statement
    found = {}
    for field, text in zip(body.body, body.body[1:], strict=False):
        match field, text:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(words))),
            ):
                found[name] = inspect.cleandoc(words)
    return found


def _bounds(name: str, kind: Kind, default: Any) -> str:
    in_a_file = f"- in a file: `{variable(name)}{SUFFIX}`, an absolute path\n" if kind.is_secret else ""
    return f"- allowed: {kind.allowed}\n- default: {_words(default)}\n{in_a_file}"


def _words(default: Any) -> str:
    if default is None or default == ():
        return "unset"
    return f"`{str(default).replace(f'{CHECKOUT}/', '')}`"


if __name__ == "__main__":
    sys.exit(print_or_check(render(), "provider.settings_page", sys.argv[1:]))
