"""flask keys: the keys that sign tokens."""

import sys

import click

from keys.algorithms import ALGORITHMS, RSA_BITS
from keys.errors import BadKey
from keys.private_key import PURPOSE
from keys.promotion import KeyTimes
from keys.rotation import Rotation, RotationPlan
from keys.sealed import Sealer
from keys.store import KeyRecord, KeyState
from keys.transfer import exported, imported
from provider.cli.json_input import EXISTING_FILE, STDIN, read_object
from provider.cli.output import OneLineGroup, instant, print_json, print_table, refuse
from provider.key_store import DatabaseKeyStore
from provider.wiring import services

SHOWN = ("kid", "alg", "state", "created_at", "activated_at", "retired_at", "unpublish_at")


@click.group("keys", cls=OneLineGroup)
def keys_cli() -> None:
    """List, rotate and move the keys that sign tokens."""


@keys_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(as_json: bool) -> None:
    """List every key, oldest first."""
    records = _rotation().records(services().clock())
    if as_json:
        print_json([{name: getattr(record, name) for name in SHOWN} for record in records])
        return
    print_table(
        ("KID", "ALG", "STATE", "CREATED", "SIGNS FROM", "RETIRED", "SHOWN UNTIL"),
        (
            (
                record.kid,
                record.alg,
                record.state,
                instant(record.created_at),
                instant(_signs_at(record)),
                instant(record.retired_at),
                instant(record.unpublish_at),
            )
            for record in records
        ),
    )


@keys_cli.command("rotate")
@click.option(
    "--alg", type=click.Choice(tuple(ALGORITHMS)), default="RS256", show_default=True, help="JWS algorithm."
)
@click.option("--now", "immediate", is_flag=True, help="Sign with the new key at once: after a leak.")
@click.option(
    "--rsa-bits",
    type=click.Choice(RSA_BITS),
    default=RSA_BITS[0],
    show_default=True,
    help="Size of an RSA key.",
)
@click.option("--dry-run", is_flag=True, help="Print the plan, change nothing.")
def rotate(alg: str, immediate: bool, rsa_bits: int, dry_run: bool) -> None:
    """Publish a new key now; sign with it once cached key sets have expired.

    An algorithm's first key signs at once. The old key stays published while what it signed lives: after a
    leak, withdraw it with flask keys retire.
    """
    rotation = _rotation(rsa_bits)
    change = rotation.plan if dry_run else rotation.rotate
    for line in _told(change(alg, services().clock(), immediate=immediate)):
        click.echo(line)


@keys_cli.command("retire", context_settings={"ignore_unknown_options": True})  # a kid may begin with "-"
@click.argument("kid")
def retire(kid: str) -> None:
    """Take a key one step towards its end.

    An active key stops signing, and its algorithm is no longer offered; a retired or waiting one is
    forgotten, and nothing that it signed is believed any more.
    """
    try:
        record = _rotation().retire(kid, services().clock())
    except BadKey as error:
        refuse("KID", str(error))
    if record is None:
        click.echo(f"{kid} is gone; nothing that it signed is believed")
    else:
        click.echo(f"{kid} is retired and shown until {instant(record.unpublish_at)}")


@keys_cli.command("export")
@click.option("--public", is_flag=True, help="Only the public keys, as /jwks shows them.")
def export_keys(public: bool) -> None:
    """Print a JWK set of all keys, those in use with their private members in clear."""
    now = services().clock()
    records = _rotation().records(now)
    if public:
        print_json({"keys": [record.public_jwk for record in records if record.is_published(now)]})
        return
    if is_terminal():
        refuse(
            "export", "prints private keys and this is a terminal; redirect it to a file that is yours alone"
        )
    print_json(exported(records, _sealer()))


@keys_cli.command("import")
@click.argument("file", metavar="FILE|-", type=EXISTING_FILE, default=STDIN)
def import_keys(file: str) -> None:
    """Store the keys of a JWK set, as flask keys export prints it.

    An active key signs at once in the place of the one that is here; a key without paper_state is published
    and signs once cached key sets have expired. Keys that are here already stay as they are.
    """
    now = services().clock()
    try:
        records = imported(read_object(file, "FILE"), _sealer(), _times(), now)
    except BadKey as error:
        refuse("FILE", str(error))
    added = _rotation().add(records, now)
    click.echo(f"{len(added)} added, {len(records) - len(added)} here already")


def is_terminal() -> bool:
    """Whether what is printed ends on a screen."""
    return sys.stdout.isatty()


def _told(plan: RotationPlan) -> list[str]:
    at = instant(plan.signs_at)
    kid = plan.kid or "a new key"
    if plan.makes is None:
        return [f"{plan.alg}: {kid} is waiting already and signs from {at}"]
    lines = [f"{plan.alg}: {kid} signs from {at}"]
    if plan.retires:
        lines.append(f"{plan.alg}: {plan.retires} is retired then, and shown while what it signed lives")
    return lines


def _signs_at(record: KeyRecord) -> int | None:
    return _times().signs_at(record) if record.state is KeyState.NEXT else record.activated_at


def _times() -> KeyTimes:
    return KeyTimes(services().settings.jwks_cache_seconds)


def _sealer() -> Sealer:
    return Sealer(services().master_keys, PURPOSE)


def _rotation(rsa_bits: int = RSA_BITS[0]) -> Rotation:
    return Rotation(DatabaseKeyStore(services().database), _sealer(), _times(), rsa_bits=rsa_bits)
