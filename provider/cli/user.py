"""flask user: the people who sign in."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

from models.user import User
from provider.cli.json_input import EXISTING_FILE, STDIN, read_object, read_password
from provider.cli.output import DASHED_IDS, OneLineGroup, instant, print_json, print_table, refuse
from provider.events import keep
from provider.link_addresses import (
    DAY_SECONDS,
    INVITATION_DAYS,
    RESET_DAYS,
    setup_address,
    welcome_address,
)
from provider.wiring import services
from validators.people import InvalidPerson

MOST_DAYS = 30
OPTION_OF_FIELD = {"name": "NAME", "email": "--email", "claims": "--claims", "password": "--password-stdin"}


def days_option(default: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option that says how long a link is good."""
    days = click.IntRange(1, MOST_DAYS)
    return click.option("--days", type=days, default=default, show_default=True, help="For so long.")


@click.group("user", cls=OneLineGroup)
def user_cli() -> None:
    """Make and end people's accounts. NAME may also be an e-mail address or a sub."""


@user_cli.command("create")
@click.argument("name", metavar="NAME")
@click.option("--email", help="An e-mail address, to sign in with as well.")
@click.option(
    "--claims",
    type=EXISTING_FILE,
    help="Standard claims as a JSON object (OpenID Connect Core §5.1), - for stdin.",
)
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")
@click.option("--operator", "is_operator", is_flag=True, help="They may operate Paper itself.")
def create(name: str, email: str | None, claims: str | None, password_stdin: bool, is_operator: bool) -> None:
    """Make a person and print them, with their sub, as JSON."""
    if password_stdin and claims == STDIN:
        refuse("--claims", "and --password-stdin cannot both read standard input")
    given = read_object(claims, "--claims")
    password = read_password("--password-stdin") if password_stdin else None
    with _person_errors():
        user = services().people.create(name, email, given, password, is_operator=is_operator)
    if is_operator:
        keep("operator_made", user_id=user.id)
    print_json(_described(user))


@user_cli.command("invite")
@click.argument("name", metavar="NAME")
@click.option("--email", help="An e-mail address, to sign in with as well.")
@click.option("--operator", "is_operator", is_flag=True, help="They may operate Paper itself.")
@days_option(INVITATION_DAYS)
def invite(name: str, email: str | None, is_operator: bool, days: int) -> None:
    """Make a person and print a link, good once, by which they choose their password."""
    with _person_errors():
        user = services().people.create(name, email, is_operator=is_operator)
    if is_operator:
        keep("operator_made", user_id=user.id)
    _print_link(user, days)


@user_cli.command("reset-link", context_settings=DASHED_IDS)
@click.argument("name", metavar="NAME")
@days_option(RESET_DAYS)
def reset_link(name: str, days: int) -> None:
    """Print a link, good once, by which a person chooses a new password; an older one ends.

    Until they do, their password and their sign-ins stay as they are. It also renews an invitation.
    """
    _print_link(require_user(name), days)


@user_cli.command("setup-link")
def setup_link() -> None:
    """Print a link, good once and for 15 minutes, by which the first operator is made; an older one ends."""
    token = services().set_up.offer()
    if token is None:
        refuse("setup-link", "somebody is here already; see: flask user list")
    click.echo(setup_address(services().settings.issuer, token))


@user_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_users(as_json: bool) -> None:
    """List everybody."""
    people = services().people.list()
    if as_json:
        print_json([_described(user) for user in people])
        return
    print_table(
        ("NAME", "E-MAIL", "SUB", "STATE", "ROLE", "CREATED"),
        (
            (user.name, user.email or "-", user.id, _state(user), _role(user), instant(user.created_at))
            for user in people
        ),
    )


@user_cli.command("show", context_settings=DASHED_IDS)
@click.argument("name", metavar="NAME")
def show(name: str) -> None:
    """Print one person as JSON."""
    print_json(_described(require_user(name)))


@user_cli.command("disable", context_settings=DASHED_IDS)
@click.argument("name", metavar="NAME")
def disable(name: str) -> None:
    """End a person's sign-ins, and stop new ones and everything they have granted."""
    services().people.disable(require_user(name).id)


@user_cli.command("enable", context_settings=DASHED_IDS)
@click.argument("name", metavar="NAME")
def enable(name: str) -> None:
    """Let a disabled person sign in again."""
    services().people.enable(require_user(name).id)


@user_cli.command("operator", context_settings=DASHED_IDS)
@click.argument("name", metavar="NAME")
@click.option("--remove", is_flag=True, help="Take the role away, be it the last operator's.")
def operator(name: str, remove: bool) -> None:
    """Let a person operate Paper itself."""
    user = require_user(name)
    if remove:
        services().people.remove_operator(user.id)
    else:
        services().people.make_operator(user.id)
    keep("operator_removed" if remove else "operator_made", user_id=user.id)


@user_cli.command("set-password", context_settings=DASHED_IDS)
@click.argument("name", metavar="NAME")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")
def set_password(name: str, password_stdin: bool) -> None:
    """Give a person a new password, asked for on the terminal, and end their sign-ins."""
    user = require_user(name)
    if password_stdin:
        password = read_password("--password-stdin")
    else:
        password = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    with _person_errors():
        services().people.set_password(user.id, password)


@user_cli.command("delete", context_settings=DASHED_IDS)
@click.argument("name", metavar="NAME")
def delete(name: str) -> None:
    """Remove a person, their sign-ins and consents, and revoke what they have granted."""
    services().people.delete(require_user(name).id)


def require_user(name: str, option: str = "NAME") -> User:
    """Return the person with this name, e-mail address or sub.

    Raises:
        BadInput: there is none.
    """
    user = services().people.find(name)
    if user is None:
        refuse(option, "there is nobody with this name, e-mail address or sub")
    return user


def _print_link(user: User, days: int) -> None:
    current = services()
    issued = current.account_links.issue(user.id, days * DAY_SECONDS)
    if issued is None:
        refuse("NAME", "is disabled; flask user enable comes first")
    link = welcome_address(current.settings.issuer, issued.token)
    print_json(_described(user) | {"link": link, "expires_at": issued.expires_at})


@contextmanager
def _person_errors() -> Iterator[None]:
    try:
        yield
    except InvalidPerson as error:
        refuse(OPTION_OF_FIELD[error.field], error.problem)


def _described(user: User) -> dict[str, Any]:
    return {
        "sub": user.id,
        "username": user.name,
        "email": user.email,
        "claims": json.loads(user.claims),
        "has_password": user.password_hash is not None,
        "created_at": user.created_at,
        "updated_at": user.updated_at,
        "disabled_at": user.disabled_at,
        "is_operator": user.is_operator,
    }


def _state(user: User) -> str:
    if user.disabled_at is not None:
        return "disabled"
    return "active" if user.password_hash is not None else "no password"


def _role(user: User) -> str:
    return "operator" if user.is_operator else "-"
