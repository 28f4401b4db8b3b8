"""flask client: registrations of clients (RFC 7591, RFC 7592)."""

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from provider.cli.json_input import EXISTING_FILE, read_object
from provider.cli.output import DASHED_IDS, OneLineGroup, instant, print_json, print_table, refuse
from provider.wiring import services
from validators.client_metadata import InvalidClientMetadata
from validators.metadata_members import (
    GRANT_TYPES,
    ID_TOKEN_ALGORITHMS,
    PASSWORD,
    TOKEN_ENDPOINT_AUTH_METHODS,
)
from validators.profiles import LEGACY, effective

# option -> member of the metadata document; those that may be repeated are arrays there
SINGLE_OPTIONS = {
    "--client-name": ("client_name", "What people know it as."),
    "--client-uri": ("client_uri", "Its home page."),
    "--logo-uri": ("logo_uri", "Its logo, shown to people."),
    "--policy-uri": ("policy_uri", "Its privacy policy."),
    "--tos-uri": ("tos_uri", "Its terms of service."),
    "--application-type": ("application_type", "web or native."),
    "--scope": ("scope", "Scope values it may ask for, separated by spaces."),
    "--token-endpoint-auth-method": (
        "token_endpoint_auth_method",
        f"One of {', '.join(TOKEN_ENDPOINT_AUTH_METHODS)}.",
    ),
    "--jwks-uri": ("jwks_uri", "Where its public keys are."),
    "--id-token-signed-response-alg": (
        "id_token_signed_response_alg",
        f"One of {', '.join(ID_TOKEN_ALGORITHMS)}.",
    ),
    "--initiate-login-uri": ("initiate_login_uri", "Where a login may be started from elsewhere."),
    "--client-id": ("client_id", "An identifier of your own choice."),
}
REPEATED_OPTIONS = {
    "--redirect-uri": ("redirect_uris", "Where answers may be sent; repeatable."),
    "--post-logout-redirect-uri": ("post_logout_redirect_uris", "Where a logout may lead; repeatable."),
    "--grant-type": ("grant_types", f"One of {', '.join(GRANT_TYPES)}; repeatable."),
    "--response-type": ("response_types", "Such as code; repeatable."),
    "--contact": ("contacts", "An address of those responsible; repeatable."),
}
OPTION_OF_MEMBER = {member: option for option, (member, _) in (SINGLE_OPTIONS | REPEATED_OPTIONS).items()}


@click.group("client", cls=OneLineGroup)
def client_cli() -> None:
    """Register clients and change or end their registrations."""


def metadata_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each common member of RFC 7591 §2."""
    for table, multiple in ((REPEATED_OPTIONS, True), (SINGLE_OPTIONS, False)):
        for option, (member, words) in reversed(table.items()):
            command = click.option(option, member, multiple=multiple, help=words)(command)
    return command


@client_cli.command("create")
@click.option("--metadata", type=EXISTING_FILE, help="A client metadata document, - for stdin.")
@metadata_options
def create(metadata: str | None, **options: Any) -> None:
    """Register a client and print its information, the secret once (RFC 7591 §3.2.1)."""
    document = read_object(metadata, "--metadata")
    named = {
        member: list(value) if isinstance(value, tuple) else value
        for member, value in options.items()
        if value not in (None, ())
    }
    with _metadata_errors(OPTION_OF_MEMBER if metadata is None else named):
        client, secret = services().client_directory.create(document | named)
    warn_of_legacy(client.metadata)
    print_json(services().client_directory.show(client.client_id, secret))


@client_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--software-id", help="Only registrations of this software (RFC 7591 section 2).")
def list_clients(as_json: bool, software_id: str | None) -> None:
    """List all clients."""
    clients = services().client_directory.list()
    if software_id is not None:
        clients = [each for each in clients if each.get("software_id") == software_id]
    if as_json:
        print_json(clients)
        return
    print_table(
        ("CLIENT ID", "NAME", "AUTHENTICATION", "GRANT TYPES", "REGISTERED"),
        (
            (
                client["client_id"],
                client.get("client_name") or "-",
                client["token_endpoint_auth_method"],
                " ".join(client["grant_types"]) or "-",
                instant(client["client_id_issued_at"]),
            )
            for client in clients
        ),
    )


@client_cli.command("show", context_settings=DASHED_IDS)
@click.argument("client_id", metavar="ID")
def show(client_id: str) -> None:
    """Print the information of one client, without its secret, and the rules that it lives by."""
    information = services().client_directory.show(client_id)
    if information is None:
        _refuse_unknown()
    profile = effective(information, services().settings.profile)
    print_json({**information, "paper_rules": {"profile": profile.name, **profile.rules()}})


@client_cli.command("update", context_settings=DASHED_IDS)
@click.argument("client_id", metavar="ID")
@click.option("--metadata", type=EXISTING_FILE, required=True, help="The members to change, - for stdin.")
def update(client_id: str, metadata: str) -> None:
    """Merge members into the metadata of a client; null removes one."""
    changes = read_object(metadata, "--metadata")
    with _metadata_errors(()):
        updated = services().client_directory.update(client_id, changes)
    if updated is None:
        _refuse_unknown()
    client, secret = updated
    warn_of_legacy(client.metadata)
    print_json(services().client_directory.show(client_id, secret))


@client_cli.command("delete", context_settings=DASHED_IDS)
@click.argument("client_id", metavar="ID")
def delete(client_id: str) -> None:
    """End a registration and everything granted to it; its identifier is never used again."""
    if not services().client_directory.delete(client_id):
        _refuse_unknown()


@client_cli.command("rotate-secret", context_settings=DASHED_IDS)
@click.argument("client_id", metavar="ID")
def rotate_secret(client_id: str) -> None:
    """Replace the secret at once and print the new one with the client's information."""
    try:
        secret = services().client_directory.rotate_secret(client_id)
    except InvalidClientMetadata as error:
        refuse("ID", error.problem)
    if secret is None:
        _refuse_unknown()
    print_json(services().client_directory.show(client_id, secret))


@contextmanager
def _metadata_errors(named: Container[str]) -> Iterator[None]:
    """Tell which option is at fault: that of a member in ``named``, or else ``--metadata``."""
    try:
        yield
    except InvalidClientMetadata as error:
        if error.member in named and error.member in OPTION_OF_MEMBER:
            refuse(OPTION_OF_MEMBER[error.member], error.problem)
        refuse("--metadata", error.description)


def _refuse_unknown() -> NoReturn:
    refuse("ID", "there is no such client")


def warn_of_legacy(metadata: Mapping[str, Any], whose: str = "") -> None:
    """Tell of the password grant, if a client has it."""
    if PASSWORD in metadata["grant_types"]:
        click.echo(
            f"Warning: {whose}the grant type {PASSWORD} sets paper_profile to {LEGACY}; "
            "RFC 9700 section 2.4 forbids it to new clients.",
            err=True,
        )
