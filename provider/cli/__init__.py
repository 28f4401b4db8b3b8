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
    "doctor": "doctor",
    "backup": "backup",
    "restore": "backup",
    "export": "configuration",
    "import": "configuration",
    "apply": "configuration",
}
"""The file of each command or group, beside this one; there it has its own name, with ``_cli``."""


class Commands(AppGroup):
    """The groups of ``MODULES`` beside whatever else an app adds."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """See ``click.Group``."""
        return sorted({*MODULES, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """See ``click.Group``."""
        if cmd_name not in MODULES:
            return super().get_command(ctx, cmd_name)
        module = import_module(f"provider.cli.{MODULES[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_cli")
        return command
