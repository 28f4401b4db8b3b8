"""flask backup and flask restore: everything in one sealed file, and back."""

from pathlib import Path
from typing import IO

import click

from provider.backup.archive import NotEmpty, back_up, restore
from provider.backup.lines import BadBackup
from provider.cli.output import Failure, OneLineCommand, instant, refuse
from provider.migrate import UnknownRevision
from provider.wiring import services

SHORTEST = 12
FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
PASSPHRASE_FILE = click.option(
    "--passphrase-file", type=click.File("r"), help="Take the passphrase from the first line of a file, or -."
)


@click.command("backup", cls=OneLineCommand)
@FILE
@PASSPHRASE_FILE
def backup_cli(file: Path, passphrase_file: IO[str] | None) -> None:
    """Write database and master keys to FILE, sealed with a passphrase; the server may go on meanwhile.

    Whoever has FILE and the passphrase can act as this provider: keep them apart.
    """
    passphrase = _passphrase(passphrase_file, confirm=True)
    if len(passphrase) < SHORTEST:
        refuse("passphrase", f"must have at least {SHORTEST} characters")
    provider = services()
    try:
        rows = back_up(provider.settings, provider.database, file, passphrase, provider.clock())
    except BadBackup as problem:
        raise Failure(f"{problem}; run: flask db upgrade") from problem
    except OSError as problem:
        refuse("FILE", f"{file}: {problem.strerror}")
    click.echo(f"{file}: {rows} rows and the master keys")


@click.command("restore", cls=OneLineCommand)
@FILE
@PASSPHRASE_FILE
@click.option("--replace", is_flag=True, help="Throw away what is in the database now.")
def restore_cli(file: Path, passphrase_file: IO[str] | None, replace: bool) -> None:
    """Bring back what flask backup wrote, into an empty provider; stop the server first.

    A backup of an older schema is brought up to date. Codes and refresh tokens that were spent since the
    backup are believed once more: revoke with flask grants revoke --all if it is old.
    """
    passphrase = _passphrase(passphrase_file, confirm=False)
    provider = services()
    try:
        done = restore(provider.settings, provider.database, file, passphrase, replace=replace)
    except NotEmpty as problem:
        refuse("FILE", f"is not restored: {problem}; --replace throws that away")
    except (BadBackup, UnknownRevision) as problem:
        refuse("FILE", str(problem))
    except OSError as problem:
        refuse("FILE", f"{file}: {problem.strerror}")
    click.echo(
        f"{done.rows} rows of {done.head.issuer} as of {instant(done.head.created_at)}, and the master keys"
    )
    if done.kept is not None:
        click.echo(f"the master keys that were here are in {done.kept}")
    if done.head.issuer != provider.settings.issuer:
        click.echo(f"mind that PAPER_ISSUER is {provider.settings.issuer} now", err=True)


def _passphrase(file: IO[str] | None, *, confirm: bool) -> str:
    if file is not None:
        return str(file.readline()).rstrip("\r\n")
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm, err=True))
