"""flask db: the schema's revisions."""

import click

from provider import migrate
from provider.cli.output import OneLineGroup, refuse
from provider.wiring import services


@click.group("db", cls=OneLineGroup)
def db_cli() -> None:
    """Bring the database's tables up to date."""


@db_cli.command("upgrade")
def upgrade() -> None:
    """Bring the tables to the newest revision; safe to repeat."""
    try:
        before, after = migrate.upgrade(services().database)
    except migrate.UnknownRevision as error:
        refuse("database", str(error))
    click.echo(f"already at {after}" if before == after else f"{before or 'base'} -> {after}")


@db_cli.command("downgrade", context_settings={"ignore_unknown_options": True})
@click.argument("revision", default="-1")
def downgrade(revision: str) -> None:
    """Take the tables back to REVISION: one step without it, "base" removes them all."""
    try:
        before, after = migrate.downgrade(services().database, revision)
    except migrate.UnknownRevision as error:
        refuse("REVISION", str(error))
    click.echo(f"{before or 'base'} -> {after or 'base'}")


@db_cli.command("current")
def current() -> None:
    """Show the database's revision, and the newest one where it is another."""
    found, newest = migrate.current(services().database), migrate.newest()
    click.echo(found if found == newest else f"{found or 'base'} (newest: {newest})")
