"""flask authorization-type: what authorization details may say (RFC 9396)."""

import json
from typing import Any

import click

from provider.cli.json_input import EXISTING_FILE, read_object
from provider.cli.output import OneLineGroup, instant, print_json, print_table, refuse
from provider.wiring import services
from validators.authorization_type_directory import AuthorizationTypeDirectory
from validators.authorization_types import AuthorizationType
from validators.registered_names import InvalidRegistration

OPTION_OF_FIELD = {"name": "TYPE", "schema": "--schema", "template": "--template"}


@click.group("authorization-type", cls=OneLineGroup)
def authorization_type_cli() -> None:
    """Define types of authorization details, with which a client asks for more than a scope can say."""


@authorization_type_cli.command("create")
@click.argument("name", metavar="TYPE")
@click.option(
    "--schema",
    required=True,
    type=EXISTING_FILE,
    metavar="FILE",
    help="JSON Schema (2020-12) that each object must meet; - for standard input.",
)
@click.option(
    "--template",
    metavar="WORDS",
    help="What it lets a client do, for the person who is asked; {member} stands for what the object says.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create(name: str, schema: str, template: str | None, as_json: bool) -> None:
    """Define TYPE and print it."""
    try:
        made = _directory().create(name, schema=read_object(schema, "--schema"), template=template)
    except InvalidRegistration as error:
        refuse(OPTION_OF_FIELD[error.field], error.problem)
    if as_json:
        print_json(_described(made))
    else:
        _print([made])


@authorization_type_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_types(as_json: bool) -> None:
    """List all types."""
    types = _directory().list()
    if as_json:
        print_json([_described(each) for each in types])
    else:
        _print(types)


@authorization_type_cli.command("delete")
@click.argument("name", metavar="TYPE")
def delete(name: str) -> None:
    """Forget a type: nobody may ask for it any more, and grants give no new token for it."""
    if not _directory().delete(name):
        refuse("TYPE", "there is no such type")


def _directory() -> AuthorizationTypeDirectory:
    return AuthorizationTypeDirectory(services().database, services().clock)


def _print(types: list[AuthorizationType]) -> None:
    print_table(
        ("TYPE", "TEMPLATE", "DEFINED"),
        ((each.name, each.template or "-", instant(each.created_at)) for each in types),
    )


def _described(each: AuthorizationType) -> dict[str, Any]:
    return each._asdict() | {"schema": json.loads(each.schema)}
