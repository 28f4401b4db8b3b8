"""flask registration-token: who may register a client of their own (RFC 7591 §3.1)."""

import click

from provider.cli.output import DASHED_IDS, OneLineGroup, instant, print_json, print_table, refuse
from provider.wiring import services
from validators.registration_tokens import RegistrationTokens

MOST_USES = 1_000_000
MOST_SECONDS = 10 * 365 * 86_400


@click.group("registration-token", cls=OneLineGroup)
def registration_token_cli() -> None:
    """Let others register clients at /register, with PAPER_REGISTRATION=token."""


@registration_token_cli.command("create")
@click.option("--uses", type=click.IntRange(1, MOST_USES), help="For so many clients. Unset: any number.")
@click.option("--seconds", type=click.IntRange(1, MOST_SECONDS), help="For so long. Unset: until revoked.")
def create(uses: int | None, seconds: int | None) -> None:
    """Make an initial access token and print it, once."""
    summary, token = _tokens().create(uses=uses, lifetime_seconds=seconds)
    print_json({**summary._asdict(), "token": token})


@registration_token_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_tokens(as_json: bool) -> None:
    """List all initial access tokens."""
    tokens = _tokens().list()
    if as_json:
        print_json([each._asdict() for each in tokens])
        return
    print_table(
        ("ID", "USES LEFT", "CREATED", "EXPIRES"),
        (
            (
                each.id,
                "any" if each.uses_left is None else str(each.uses_left),
                instant(each.created_at),
                instant(each.expires_at),
            )
            for each in tokens
        ),
    )


@registration_token_cli.command("revoke", context_settings=DASHED_IDS)
@click.argument("token_id", metavar="ID")
def revoke(token_id: str) -> None:
    """End an initial access token; the clients that it has registered stay."""
    if not _tokens().revoke(token_id):
        refuse("ID", "there is no such initial access token")


def _tokens() -> RegistrationTokens:
    current = services()
    return RegistrationTokens(current.database, current.digests, current.clock)
