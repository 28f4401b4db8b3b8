"""The flask command: one file per group, read when its name is typed. A server reads none of them."""

from importlib import import_module

import click
from flask.cli import AppGroup

MODULES = {
    "db": "db",
    "events": "events",
    "client": "client",
    "user": "user",
    "keys": "keys",
    "master-key": "master_key",
    "grants": "grants",
    "logout": "logout",
    "registration-token": "registration_token",
    "resource": "resource",
    "scope": "scope",
    "authorization-type": "authorization_type",
    "trusted-issuer": "trusted_issuer",
}
"""The file of each group beside this one; the group in it is called like the file, with ``_cli``."""


class Commands(AppGroup):
    """The groups of ``MODULES`` beside whatever else an app adds."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """See ``click.Group``."""
        return sorted({*MODULES, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """See ``click.Group``."""
        if cmd_name not in MODULES:
            return super().get_command(ctx, cmd_name)
        name = MODULES[cmd_name]
        group: click.Group = getattr(import_module(f"provider.cli.{name}"), f"{name}_cli")
        return group
