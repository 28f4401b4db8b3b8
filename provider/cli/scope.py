"""flask scope: what scopes of one's own mean, and the claims they release."""

from typing import Any

import click

from provider.cli.output import OneLineGroup, instant, print_json, print_table, refuse
from provider.wiring import services
from validators.custom_scopes import CustomScope
from validators.registered_names import InvalidRegistration
from validators.scope_directory import ScopeDirectory

OPTION_OF_FIELD = {"name": "NAME", "claims": "--claim", "description": "--description"}


@click.group("scope", cls=OneLineGroup)
def scope_cli() -> None:
    """Define scopes beyond those of OpenID Connect. A client asks for those that it is registered with."""


@scope_cli.command("create")
@click.argument("name", metavar="NAME")
@click.option(
    "--claim",
    "claims",
    multiple=True,
    metavar="NAME",
    help="A claim about a person that it releases, with its languages; repeatable.",
)
@click.option("--description", metavar="WORDS", help="What it lets a client do, for the person who is asked.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def create(name: str, claims: tuple[str, ...], description: str | None, as_json: bool) -> None:
    """Define the scope NAME and print it; whoever has allowed the bare word before is asked again."""
    try:
        scope = _directory().create(name, claims=claims, description=description)
    except InvalidRegistration as error:
        refuse(OPTION_OF_FIELD[error.field], error.problem)
    if as_json:
        print_json(_described(scope))
    else:
        _print([scope])


@scope_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_scopes(as_json: bool) -> None:
    """List all scopes of one's own."""
    scopes = _directory().list()
    if as_json:
        print_json([_described(scope) for scope in scopes])
    else:
        _print(scopes)


@scope_cli.command("delete")
@click.argument("name", metavar="NAME")
def delete(name: str) -> None:
    """Forget a scope: its claims are released no more; a bare word that clients may ask for stays."""
    if not _directory().delete(name):
        refuse("NAME", "there is no such scope")


def _directory() -> ScopeDirectory:
    return ScopeDirectory(services().database, services().clock)


def _print(scopes: list[CustomScope]) -> None:
    print_table(
        ("NAME", "CLAIMS", "DESCRIPTION", "DEFINED"),
        (
            (scope.name, ", ".join(scope.claims) or "-", scope.description or "-", instant(scope.created_at))
            for scope in scopes
        ),
    )


def _described(scope: CustomScope) -> dict[str, Any]:
    return scope._asdict() | {"claims": list(scope.claims)}
