"""How commands speak: JSON or a table on stdout, one line on stderr when something is wrong."""

import getpass
import json
import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NoReturn

import click
from sqlalchemy.exc import ProgrammingError

from keys.errors import KeysError
from models.errors import StoreError
from provider.events import keep

DASHED_IDS = {"ignore_unknown_options": True}
"""For commands whose argument is an identifier: a random one may begin with a dash."""
GAP = "  "
LOOKING = frozenset({"list", "show", "current", "tail", "verify", "prune"})
UNRECORDED = frozenset({"db", "master-key"})
"""Groups whose commands work where there is no schema or no master key to keep an event with."""
UNDEFINED = frozenset({"42P01", "42703"})  # PostgreSQL's undefined table and column
WIDE = frozenset("WF")  # East Asian width: two columns of a terminal


class BadInput(click.ClickException):
    """What somebody typed cannot be used: one line, exit status 2."""

    exit_code = 2


class Failure(click.ClickException):
    """A command could not do its work: one line, exit status 1."""


class RecordedCommand(click.Command):
    """A command that is kept as a security event once it has done its work, unless it only looks."""

    def invoke(self, ctx: click.Context) -> Any:
        """See ``click.Command``; options, which may hold secrets, are not kept."""
        done = super().invoke(ctx)
        if ctx.parent is not None and _changes_something(ctx, ctx.parent):
            arguments = [param.name for param in self.params if isinstance(param, click.Argument)]
            said = " ".join(str(value) for name in arguments if (value := ctx.params[str(name)]) is not None)
            keep(
                "operator_command",
                command=f"{ctx.parent.info_name} {ctx.info_name}",
                arguments=said or None,
                operator=_operator(),
            )
        return done


def _operator() -> str:
    """Return who runs this: a name, or the number of a user that has none, as containers may have."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # KeyError before Python 3.13
        return str(os.getuid())


def _changes_something(ctx: click.Context, group: click.Context) -> bool:
    is_plan = bool(ctx.params.get("dry_run"))
    return not is_plan and ctx.info_name not in LOOKING and group.info_name not in UNRECORDED


class OneLineGroup(click.Group):
    """A group of commands whose every error is one line, click's own about options included.

    What a command changes is a security event.
    """

    command_class = RecordedCommand

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """See ``click.Command``."""
        with one_line_errors():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """See ``click.Group``."""
        with one_line_errors():
            return super().invoke(ctx)


class OneLineCommand(click.Command):
    """A command of no group whose every error is one line."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """See ``click.Command``."""
        with one_line_errors():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """See ``click.Command``."""
        with one_line_errors():
            return super().invoke(ctx)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn what may go wrong in a command into ``BadInput`` or ``Failure``.

    Raises:
        BadInput: for click's usage errors.
        Failure: for a store or a master key that cannot be used.
    """
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except (click.UsageError, click.FileError) as error:
        raise BadInput(_one_line(error.format_message())) from error
    except (StoreError, ProgrammingError) as error:
        raise Failure(f"the database cannot be used: {_store_problem(error)}") from error
    except KeysError as error:
        raise Failure(_one_line(str(error))) from error


def _store_problem(error: Exception) -> str:
    """Return what the driver said, without the statement, or what to do about a schema that is not there."""
    driver_error = getattr(error if isinstance(error, ProgrammingError) else error.__cause__, "orig", error)
    said = _one_line(str(driver_error))
    is_unmigrated = getattr(driver_error, "sqlstate", None) in UNDEFINED or said.startswith("no such ")
    return "it lacks a table or column; run: flask db upgrade" if is_unmigrated else said


def refuse(name: str, problem: str) -> NoReturn:
    """End a command because of the option or argument ``name``.

    Raises:
        BadInput: always.
    """
    raise BadInput(_one_line(f"{name}: {problem}"))


def print_json(value: Any) -> None:
    """Print ``value`` as JSON that people can read; half a character stays the escape that it was."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    click.echo(text.encode(errors="backslashreplace").decode())


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print ``rows`` under ``headings``, columns aligned on a terminal; or that there are none."""
    lines = list(rows)
    if not lines:
        click.echo("none")
        return
    widths = [max(map(_columns, column)) for column in zip(headings, *lines, strict=True)]
    for line in (headings, *lines):
        cells = (cell + " " * (width - _columns(cell)) for cell, width in zip(line, widths, strict=True))
        click.echo(GAP.join(cells).rstrip())


def instant(numeric_date: int | None) -> str:
    """Return a NumericDate for people to read, in UTC; ``-`` for none."""
    if numeric_date is None:
        return "-"
    return datetime.fromtimestamp(numeric_date, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def printable(text: str) -> str:
    """Return ``text`` as a terminal may show it: what steers one, or breaks the line, is a question mark."""
    return "".join(character if character.isprintable() else "?" for character in text)


def _columns(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in WIDE else 1 for character in cell)


def _one_line(message: str) -> str:
    return " ".join(message.split())
