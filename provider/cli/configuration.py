"""flask export, flask import and flask apply: what an operator sets up, as one document."""

import getpass
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from provider.cli.client import warn_of_legacy
from provider.cli.json_input import EXISTING_FILE, STDIN, read_value
from provider.cli.output import OneLineCommand, print_json, printable, refuse
from provider.configuration.changes import Change
from provider.configuration.clients import Clients
from provider.configuration.document import BadDocument, Document, read_document, written
from provider.configuration.export import digests_alone, export
from provider.configuration.foreign.sources import SOURCES, converted
from provider.configuration.reconciliation import Done, Reconciliation
from provider.configuration.registers import MEMBERS, registers
from provider.events import keep
from provider.wiring import services

DOCUMENT = click.argument("file", metavar="FILE|-", type=EXISTING_FILE)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Tell what would be done; change nothing.")
DRIFT = 1


@click.command("export", cls=OneLineCommand)
@click.option("--people", is_flag=True, help="People too.")
@click.option(
    "--secrets", is_flag=True, help="Secrets too, as far as they can be told: guard what comes out."
)
def export_cli(people: bool, secrets: bool) -> None:
    """Print clients, scopes, resources and the like as one document that flask apply reads.

    The same set-up gives the same text. Clients that registered themselves are not in it.
    """
    everything = registers(services(), Path())
    document = export(everything, people=people, secrets=secrets)
    print_json(written(document))
    if secrets:
        _keep("export", "--people --secrets" if people else "--secrets")
        if untold := digests_alone(everything):
            click.echo(f"not in it, for only digests of them are kept: {untold} client secrets", err=True)


@click.command("apply", cls=OneLineCommand)
@DOCUMENT
@DRY_RUN
@click.option("--prune", is_flag=True, help="Remove what is of a kind that FILE names, but not in FILE.")
@JSON
@click.pass_context
def apply_cli(context: click.Context, file: str, dry_run: bool, prune: bool, as_json: bool) -> None:
    """Make everything as FILE says, in one transaction, and print each change.

    With --dry-run the exit status is 1 where something differs, and 0 where nothing does.
    """
    done = _reconciled(file, _read(file), lambda each: each.apply(prune=prune, dry_run=dry_run))
    _tell(done, as_json=as_json)
    if not dry_run:
        _keep_all("apply", done.changes)
    elif done.changes:
        context.exit(DRIFT)


@click.command("import", cls=OneLineCommand)
@DOCUMENT
@click.option("--from", "source", type=click.Choice(SOURCES), help="FILE is what this provider exports.")
@click.option(
    "--scope", default="", metavar="WORDS", help="What clients of django-oauth-toolkit may ask for."
)
@click.option(
    "--password-grant", is_flag=True, help="Carry the password grant of another provider's clients."
)
@click.option("--convert", is_flag=True, help="Print FILE as a document of Paper's; change nothing.")
@DRY_RUN
@JSON
def import_cli(
    file: str,
    source: str | None,
    scope: str,
    password_grant: bool,
    convert: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Add what FILE has and the store has not, in one transaction, and print it.

    What is there already must be as FILE says: flask apply changes it.
    """
    left_out: list[str] = []
    if source is None:
        document = _read(file)
    else:
        try:
            document, left_out = converted(
                services(), read_value(file, "FILE"), source, scope=scope, password_grant=password_grant
            )
        except BadDocument as error:
            refuse("FILE", printable(str(error)))
    if convert:
        print_json(written(document))
        _tell_left_out(left_out)
        return
    done = _reconciled(file, document, lambda each: each.bring(dry_run=dry_run))
    _tell(done, left_out, as_json=as_json)
    if not dry_run:
        _keep_all("import", done.changes)


def _read(file: str) -> Document:
    given = read_value(file, "FILE")
    if not isinstance(given, dict):
        refuse("FILE", "must be a JSON object")
    try:
        return read_document(given, MEMBERS)
    except BadDocument as error:
        refuse("FILE", printable(str(error)))


def _reconciled(file: str, document: Document, do: Callable[[Reconciliation], Done]) -> Done:
    """Let ``do`` carry a document out; relative references to files begin where it is.

    Raises:
        BadInput: an entry cannot be kept; nothing is stored.
    """
    provider = services()
    _ = provider.key_ring  # the first signing keys are made in transactions of their own
    folder = Path() if file == STDIN else Path(file).parent
    try:
        done = do(Reconciliation(provider.database, registers(provider, folder), document))
    except BadDocument as error:
        refuse("FILE", printable(str(error)))
    for change in done.changes:
        if change.kind == Clients.kind and (client := provider.client_directory.show(change.name)):
            warn_of_legacy(client, f"client {change.name}: ")
    return done


def _tell(done: Done, left_out: Sequence[str] = (), *, as_json: bool) -> None:
    """Print what was done, or would be; on stderr, what was left."""
    if as_json:
        told = {
            "changes": [change.described() for change in done.changes],
            "left_alone": [change.described() for change in done.left_alone],
            "left_out": list(left_out),
        }
        print_json({member: value for member, value in told.items() if value or member == "changes"})
        return
    for change in done.changes:
        click.echo(printable(change.line))
        if change.secret is not None:
            click.echo(f"    client_secret: {change.secret}   (shown only this once)")
    if not done.changes:
        click.echo("nothing to do")
    if done.left_alone:
        names = ", ".join(f"{change.kind} {change.name}" for change in done.left_alone)
        click.echo(printable(f"not in the document and left alone: {names}; --prune removes them"), err=True)
    _tell_left_out(left_out)


def _tell_left_out(left_out: Sequence[str]) -> None:
    for line in left_out:
        click.echo(printable(line), err=True)


def _keep_all(command: str, changes: Sequence[Change]) -> None:
    for change in changes:
        about = {"client_id": change.name} if change.kind == Clients.kind else {}
        _keep(command, change.line, **about)


def _keep(command: str, arguments: str, **about: str) -> None:
    """Keep a security event, as commands that change something do."""
    keep("operator_command", command=command, arguments=arguments, operator=getpass.getuser(), **about)
