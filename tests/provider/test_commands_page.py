"""docs/commands.md: what the click tree says, whole and up to date."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from provider import commands_page
from provider.cli import MODULES, Commands
from provider.setting_kinds import CHECKOUT


def test_the_page_is_what_the_commands_say() -> None:
    """docs/commands.md is generated and up to date."""
    assert (CHECKOUT / "docs" / "commands.md").read_text() == commands_page.render()


def test_check_tells_a_stale_page(tmp_path: Path) -> None:
    """`make check` fails with one line when somebody forgot to generate the page."""
    stale = tmp_path / "commands.md"
    stale.write_text("old")
    command = [sys.executable, "-m", "provider.commands_page", "--check", str(stale)]

    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


@pytest.mark.parametrize("columns", ["40", "200"])
def test_a_terminals_width_changes_nothing(columns: str) -> None:
    """Regenerating gives the same page anywhere."""
    command = [sys.executable, "-m", "provider.commands_page"]

    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env=os.environ | {"COLUMNS": columns, "LC_ALL": "C"},
        capture_output=True,
        check=True,
    )

    assert done.stdout.decode() == commands_page.render()


@pytest.mark.parametrize("name", MODULES)
def test_every_command_and_option_is_there(name: str) -> None:
    """Also those of groups, with every option that `--help` has."""
    page, root = commands_page.render(), Commands("flask")
    command = root.get_command(click.Context(root), name)
    assert command is not None

    commands = command.commands.values() if isinstance(command, click.Group) else [command]

    for each in commands:
        path = name if each is command else f"{name} {each.name}"
        section = page.partition(f"## `flask {path}`\n")[2].partition("\n#")[0]
        for option in (param for param in each.params if isinstance(param, click.Option)):
            assert option.opts[0] in section, (path, option.opts)
