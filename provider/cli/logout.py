"""flask logout: who has heard of the end of sign-ins (OpenID Connect Back-Channel Logout)."""

from typing import Any

import click

from models.logout_delivery import DELIVERED, GIVEN_UP, REFUSED, WAITING
from provider.cli.output import OneLineGroup, instant, print_json, print_table, refuse
from provider.wiring import services
from validators.login_sessions import sid_of
from validators.logout_directory import LogoutDirectory, LogoutSummary

SHOWN = 100
MAX_ID = 2**63 - 1


@click.group("logout", cls=OneLineGroup)
def logout_cli() -> None:
    """See and repeat what clients are told of the end of sign-ins."""


@logout_cli.command("list")
@click.option("--client", "client_id", help="Only to this client: client_id.")
@click.option("--state", type=click.Choice((WAITING, DELIVERED, REFUSED, GIVEN_UP)), help="Only these.")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=SHOWN, show_default=True, help="At most so many."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_deliveries(client_id: str | None, state: str | None, limit: int, as_json: bool) -> None:
    """List deliveries of logout tokens, the newest first."""
    deliveries = _directory().list(client_id=client_id, state=state, limit=limit)
    if as_json:
        print_json([_described(each) for each in deliveries])
        return
    print_table(
        ("ID", "CLIENT ID", "SUB", "ENDED", "STATE", "TRIES", "NEXT TRY", "LAST ERROR"),
        (
            (
                str(each.id),
                each.client_id,
                each.user_id,
                instant(each.created_at),
                each.state,
                str(each.tries),
                instant(each.next_try_at),
                each.last_error or "-",
            )
            for each in deliveries
        ),
    )


@logout_cli.command("retry")
@click.argument("delivery_id", metavar="ID", required=False, type=click.IntRange(1, MAX_ID))
@click.option("--all", "everything", is_flag=True, help="All that were not delivered.")
@click.option("--client", "client_id", help="All that were not delivered to this client: client_id.")
def retry(delivery_id: int | None, everything: bool, client_id: str | None) -> None:
    """Send one logout token, or many, once more: now, and for a day if need be."""
    if [delivery_id is not None, everything, client_id is not None].count(True) != 1:
        refuse("ID", "give one of: the ID of a delivery, --all, --client")
    if delivery_id is None:
        click.echo(f"{_directory().retry_all(client_id)} due now")
    elif not _directory().retry(delivery_id):
        refuse("ID", "there is no such delivery, or it has succeeded")


def _directory() -> LogoutDirectory:
    return LogoutDirectory(services().database, services().clock)


def _described(each: LogoutSummary) -> dict[str, Any]:
    described = each._asdict()
    return {"sid" if name == "login_session_id" else name: value for name, value in described.items()} | {
        "sid": sid_of(each.login_session_id)
    }
