"""flask grants: what people have allowed clients to do."""

import sys
from typing import Any

import click

from keys import base64url
from provider.cli.output import DASHED_IDS, OneLineGroup, instant, print_json, print_table, refuse
from provider.cli.user import require_user
from provider.wiring import services
from validators.grant_directory import GrantDirectory, GrantSummary
from validators.pruning import Pruning

ID_BYTES = 16
SHOWN = 100


@click.group("grants", cls=OneLineGroup)
def grants_cli() -> None:
    """List and end what people have allowed clients to do."""


@grants_cli.command("list")
@click.option("--user", help="Only of this person: name, e-mail address or sub.")
@click.option("--client", "client_id", help="Only of this client: client_id.")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=SHOWN, show_default=True, help="At most so many."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_grants(user: str | None, client_id: str | None, limit: int, as_json: bool) -> None:
    """List grants, the newest first."""
    user_id = None if user is None else require_user(user, "--user").id
    if client_id is not None and services().client_directory.show(client_id) is None:
        refuse("--client", "there is no such client")
    grants = _directory().list(user_id=user_id, client_id=client_id, limit=limit)
    if as_json:
        print_json([_described(grant) for grant in grants])
        return
    print_table(
        ("ID", "CLIENT ID", "SUB", "SCOPE", "STATE", "GRANTED", "EXPIRES"),
        (
            (
                base64url.encode(grant.id),
                grant.client_id,
                grant.user_id or "-",
                grant.scope or "-",
                _state(grant),
                instant(grant.created_at),
                instant(grant.expires_at),
            )
            for grant in grants
        ),
    )


@grants_cli.command("revoke", context_settings=DASHED_IDS)
@click.argument("grant_id", metavar="ID", required=False)
@click.option("--all", "everything", is_flag=True, help="Every grant: the remedy for a stolen key.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def revoke(grant_id: str | None, everything: bool, yes: bool) -> None:
    """End one grant, or all, with every token it ever gave."""
    if (grant_id is None) is not everything:
        refuse("ID", "give either the ID of a grant or --all")
    if grant_id is not None:
        if not _directory().revoke(_read(grant_id)):
            refuse("ID", "there is no such grant")
        return
    if not yes and sys.stdin.isatty():
        click.confirm("This ends every grant there is. Go on?", abort=True)
    click.echo(f"{_directory().revoke_all()} revoked")


@grants_cli.command("prune")
def prune() -> None:
    """Remove what has expired: grants, token revocations, waiting requests, sign-ins, deliveries, events."""
    current = services()
    pruned = Pruning(current.database, current.clock, current.settings.grant_seconds).prune()
    for table, rows in pruned.items():
        click.echo(f"{table}: {rows}")


def _directory() -> GrantDirectory:
    return GrantDirectory(services().database, services().clock)


def _read(written: str) -> bytes:
    try:
        grant_id = base64url.decode(written)
    except ValueError:
        grant_id = b""
    if len(grant_id) != ID_BYTES:
        refuse("ID", "must be a grant's ID as flask grants list prints it, 22 characters")
    return grant_id


def _state(grant: GrantSummary) -> str:
    if grant.revoked_at is not None:
        return "revoked"
    return "live" if services().clock() < grant.expires_at else "expired"


def _described(grant: GrantSummary) -> dict[str, Any]:
    return {**grant._asdict(), "id": base64url.encode(grant.id), "state": _state(grant)}
