"""flask resource: the APIs that tokens are issued for (RFC 8707)."""

from typing import Any

import click

from provider.cli.output import OneLineGroup, instant, print_json, print_table, refuse
from provider.setting_kinds import DAY
from provider.wiring import services
from validators.registered_names import InvalidRegistration
from validators.resource_directory import TOKEN_FORMATS, ResourceDirectory, ResourceSummary

OPTION_OF_FIELD = {"uri": "URI", "scope": "--scope", "client_ids": "--client", "server_ids": "--server"}
FEWEST_SECONDS = 60


@click.group("resource", cls=OneLineGroup)
def resource_cli() -> None:
    """Register the APIs that tokens are issued for."""


@resource_cli.command("create")
@click.argument("uri")
@click.option("--scope", default="", metavar="WORDS", help="The scope values it knows; without: all.")
@click.option(
    "--token-format",
    type=click.Choice(TOKEN_FORMATS),
    default=TOKEN_FORMATS[0],
    show_default=True,
    help="A JWT it can check itself (RFC 9068), or an opaque token that it introspects.",
)
@click.option(
    "--seconds",
    "token_seconds",
    type=click.IntRange(FEWEST_SECONDS, DAY),
    help="Life of its tokens; without: PAPER_ACCESS_TOKEN_SECONDS.",
)
@click.option(
    "--client",
    "client_ids",
    multiple=True,
    metavar="ID",
    help="A client that may ask for its tokens and introspect them; repeatable; without: any client.",
)
@click.option(
    "--server",
    "server_ids",
    multiple=True,
    metavar="ID",
    help="A client that is this API: it may introspect and exchange what was sent to it; repeatable.",
)
def create(
    uri: str,
    scope: str,
    token_format: str,
    token_seconds: int | None,
    client_ids: tuple[str, ...],
    server_ids: tuple[str, ...],
) -> None:
    """Register an API under URI and print it.

    Clients name the URI to the character, and so does the audience of the tokens: a slash at its end counts.
    """
    try:
        created = _directory().create(
            uri,
            scope=scope,
            token_format=token_format,
            token_seconds=token_seconds,
            client_ids=client_ids,
            server_ids=server_ids,
        )
    except InvalidRegistration as error:
        refuse(OPTION_OF_FIELD[error.field], error.problem)
    if (twin := _directory().twin(uri)) is not None:
        click.echo(f"Warning: {twin} is another resource; a slash at the end counts.", err=True)
    print_json(_described(created))


@resource_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_resources(as_json: bool) -> None:
    """List all resources."""
    resources = _directory().list()
    if as_json:
        print_json([_described(resource) for resource in resources])
        return
    print_table(
        ("URI", "SCOPE", "FORMAT", "SECONDS", "CLIENTS", "SERVERS", "REGISTERED"),
        (
            (
                resource.uri,
                resource.scope or "-",
                resource.token_format,
                str(resource.token_seconds or "-"),
                ", ".join(resource.client_ids) or "any",
                ", ".join(resource.server_ids) or "-",
                instant(resource.created_at),
            )
            for resource in resources
        ),
    )


@resource_cli.command("delete")
@click.argument("uri")
def delete(uri: str) -> None:
    """Forget an API: no more tokens for it; those there are live on until they expire."""
    if not _directory().delete(uri):
        refuse("URI", "there is no such resource; it is compared to the character, a slash at the end too")


def _directory() -> ResourceDirectory:
    current = services()
    return ResourceDirectory(current.database, current.clock, current.settings.issuer)


def _described(resource: ResourceSummary) -> dict[str, Any]:
    return resource._asdict()
