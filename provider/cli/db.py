"""``flask db``: the schema's revisions."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import with_appcontext

from models.database import Database
from models.errors import StoreUnavailable
from provider import migrate


@click.group("db")
def db_cli() -> None:
    """The database's tables."""


@db_cli.command("upgrade")
@with_appcontext
def upgrade() -> None:
    """Bring the tables to the newest revision."""
    with _clear_errors() as database:
        before = migrate.current(database) if _exists(database) else None
        migrate.upgrade(database)
        after = migrate.current(database)
    click.echo(f"already at {after}" if before == after else f"{before or 'base'} -> {after}")


@db_cli.command("downgrade")
@click.argument("revision", default="-1")
@with_appcontext
def downgrade(revision: str) -> None:
    """Take the tables back to REVISION (one step without it; "base" removes all)."""
    with _clear_errors() as database:
        before = migrate.current(database)
        migrate.downgrade(database, revision)
        after = migrate.current(database)
    click.echo(f"{before or 'base'} -> {after or 'base'}")


@db_cli.command("current")
@with_appcontext
def current() -> None:
    """Show the revision of the database, and the newest one where it is another."""
    with _clear_errors() as database:
        found = migrate.current(database) or "base"
    newest = migrate.newest()
    click.echo(found if found == newest else f"{found} (newest: {newest})")


@contextmanager
def _clear_errors() -> Iterator[Database]:
    """Lend the database; an error of it is one line and exit status 2."""
    try:
        yield current_app.extensions["provider"].database
    except (migrate.UnknownRevision, StoreUnavailable) as error:
        raise _refused(str(error)) from error


def _refused(text: str) -> click.ClickException:
    refusal = click.ClickException(" ".join(text.split()))
    refusal.exit_code = 2
    return refusal
