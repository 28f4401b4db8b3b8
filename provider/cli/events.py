"""flask events: what happened, as far as it concerns security."""

import json
import time
from typing import Any

import click

from keys import base64url
from provider.cli.output import Failure, OneLineGroup, instant, print_json, print_table
from provider.cli.user import require_user
from provider.wiring import services
from validators.audit_directory import AuditDirectory
from validators.audit_trail import AuditRecord

SHOWN = 100
TAIL_SECONDS = 1.0
HEADINGS = ("WHEN", "EVENT", "SUB", "CLIENT ID", "ADDRESS", "DETAILS")


@click.group("events", cls=OneLineGroup)
def events_cli() -> None:
    """Read and check the security events that were kept."""


@events_cli.command("list")
@click.option("--event", help="Only of this name.")
@click.option("--user", help="Only of this person: name, e-mail address or sub.")
@click.option("--client", "client_id", help="Only of this client: client_id.")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=SHOWN, show_default=True, help="At most so many."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_events(
    event: str | None, user: str | None, client_id: str | None, limit: int, as_json: bool
) -> None:
    """List events, the newest first."""
    user_id = None if user is None else require_user(user, "--user").id
    found = _directory().list(event=event, user_id=user_id, client_id=client_id, limit=limit)
    if as_json:
        print_json([_described(record) for record in found])
    else:
        print_table(HEADINGS, (_row(record) for record in found))


@events_cli.command("tail")
@click.option("--for", "seconds", type=click.FloatRange(min=0), help="Stop after so many seconds.")
def tail(seconds: float | None) -> None:
    """Print events as they are kept, one JSON object a line, until interrupted."""
    directory, began = _directory(), time.monotonic()
    last = directory.newest_id()
    while seconds is None or time.monotonic() - began < seconds:
        for number, record in directory.after(last):
            click.echo(json.dumps(_described(record), ensure_ascii=False))
            last = number
        time.sleep(TAIL_SECONDS if seconds is None else min(TAIL_SECONDS, seconds))


@events_cli.command("verify")
def verify() -> None:
    """Check that no event was changed, and none taken out of the middle; status 1 where one was.

    Each process counts and authenticates its own. What expired is no fault; what somebody with access to the
    database takes off the end of a chain cannot be seen here, but in the log it is.
    """
    found = _directory().verify()
    for fault in found.faults:
        click.echo(f"{base64url.encode(fault.chain)} {fault.sequence}: {fault.problem}")
    if found.faults:
        raise Failure(f"{len(found.faults)} faults in {found.events} events of {found.chains} chains")
    click.echo(f"{found.events} events of {found.chains} chains, as they were written")


def _directory() -> AuditDirectory:
    return AuditDirectory(services().database, services().digests)


def _row(record: AuditRecord) -> tuple[str, ...]:
    details = " ".join(f"{name}={value}" for name, value in json.loads(record.details).items())
    who = (record.user_id or "-", record.client_id or "-", record.address or "-")
    return (instant(record.occurred_at), record.event, *who, details or "-")


def _described(record: AuditRecord) -> dict[str, Any]:
    said = {
        "occurred_at": record.occurred_at,
        "event": record.event,
        "user_id": record.user_id,
        "client_id": record.client_id,
        "address": record.address,
        **json.loads(record.details),
        "chain": base64url.encode(record.chain),
        "sequence": record.sequence,
    }
    return {name: value for name, value in said.items() if value is not None}
