"""The page ``docs/commands.md``: run as a module it prints it, with ``--check FILE`` it compares."""

import inspect
import sys
from collections.abc import Iterator

import click

from provider.cli import MODULES, Commands
from provider.generated_page import print_or_check

HEAD = """# Commands

`flask` in Paper's checkout (`.venv/bin/flask`) reads the same settings as the server and talks to the same
database. A wrong input is one line and exit status 2, and nothing is written; `--help` says what stands here.
Of what changes something an event is kept, without its options.
"""


def render() -> str:
    """Return the page in Markdown."""
    root = Commands("flask")
    context = click.Context(root, info_name="flask")
    sections = [section for name in sorted(MODULES) for section in _described(root, name, context)]
    return "\n".join([HEAD, *sections])


def _described(group: click.Group, name: str, parent: click.Context) -> Iterator[str]:
    """Yield the section of one command, and after a group's those of its own commands."""
    command = group.get_command(parent, name)
    assert command is not None  # noqa: S101 - its name comes from the group
    context = click.Context(command, info_name=name, parent=parent)
    depth = "##" if parent.parent is None else "###"
    yield f"{depth} `{context.command_path}`\n\n{_words(command)}\n"
    if not isinstance(command, click.Group):
        yield _usage(command, context)
        return
    for each in command.list_commands(context):
        yield from _described(command, each, context)


def _words(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "").partition("\f")[0].strip()


def _usage(command: click.Command, context: click.Context) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    rows = [record for param in command.get_params(context) if (record := param.get_help_record(context))]
    table = [f"| `{_cell(name)}` | {_cell(words)} |" for name, words in rows if words and name != "--help"]
    head = ["", "| option | |", "|---|---|"] if table else []
    return "\n".join(["```text", usage, "```", *head, *table, ""])


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(print_or_check(render(), "provider.commands_page", sys.argv[1:]))
