"""flask master-key: the numbered keys that everything else is derived from."""

import click
from sqlalchemy import func, select

from keys import master_key_file
from keys.errors import BadMasterKey
from keys.master_key import MasterKeys
from models.grant import Grant
from provider.cli.output import Failure, OneLineGroup, print_json, print_table, refuse
from provider.private_files import make_private_folder
from provider.resealing import reseal, sealed_versions
from provider.wiring import services


@click.group("master-key", cls=OneLineGroup)
def master_key_cli() -> None:
    """Change the master keys and see what still needs an old one."""


@master_key_cli.command("create")
def create() -> None:
    """Make the file with a first master key, to hand to nodes; one that is there stays."""
    path = services().settings.master_key_file
    try:
        make_private_folder(path.parent)
    except OSError as error:
        raise Failure(f"{path.parent}: {error.strerror}") from error
    MasterKeys.create(path)
    click.echo(f"master key 1 is in {path}")


@master_key_cli.command("rotate")
def rotate() -> None:
    """Add a master key and seal everything under it; running processes follow by themselves."""
    path = services().settings.master_key_file
    with master_key_file.locked(path):
        master_keys = MasterKeys.load(path).with_new()
        with services().database.session() as session:
            changed = reseal(session, master_keys)
            master_keys.save(path)  # before the commit: nothing may be sealed under a key that is in no file
    click.echo(f"master key {master_keys.current} is the current one; {changed} values sealed again")


@master_key_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_keys(as_json: bool) -> None:
    """List the master keys and what each still holds up; never the keys themselves."""
    master_keys = MasterKeys.load(services().settings.master_key_file)
    grants = _live_grants()
    with services().database.reading() as session:
        sealed = sealed_versions(session)
    rows = [
        {
            "number": version,
            "current": version == master_keys.current,
            "sealed_values": sealed[version],
            "live_grants": grants.get(version, 0),
        }
        for version in master_keys.versions
    ]
    if as_json:
        print_json(rows)
        return
    print_table(
        ("NUMBER", "CURRENT", "SEALED VALUES", "LIVE GRANTS"),
        ([("-", "yes")[v] if isinstance(v, bool) else str(v) for v in row.values()] for row in rows),
    )


@master_key_cli.command("drop")
@click.argument("number", metavar="N", type=int)
def drop(number: int) -> None:
    """Forget master key N, which must hold up no live grant and no sealed value.

    Wait for the JWKS cache time and the life of an access token after a rotation: running processes may go
    on using the old key for that long. Opaque access tokens made with it end at once.
    """
    path = services().settings.master_key_file
    with master_key_file.locked(path):
        try:
            master_keys = MasterKeys.load(path).without(number)
        except BadMasterKey as error:
            refuse("N", str(error))
        if grants := _live_grants().get(number, 0):
            refuse("N", f"master key {number} holds up live grants: {grants}; revoke them or let them expire")
        with services().database.reading() as session:
            sealed = sealed_versions(session)[number]
        if sealed:
            refuse("N", f"master key {number} still seals values: {sealed}; rotate again")
        master_keys.save(path)
    click.echo(f"master key {number} is gone")


def _live_grants() -> dict[int, int]:
    """Return how many grants that may still be used carry each master key's number."""
    query = (
        select(Grant.key_version, func.count())
        .where(Grant.revoked_at.is_(None), Grant.expires_at > services().clock())
        .group_by(Grant.key_version)
    )
    with services().database.reading() as session:
        return dict(session.execute(query).all())
