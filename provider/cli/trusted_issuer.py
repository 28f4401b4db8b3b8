"""flask trusted-issuer: whose JWTs are believed (RFC 7523 §2.1, RFC 8693)."""

import click

from provider.cli.json_input import EXISTING_FILE, read_object
from provider.cli.output import OneLineGroup, print_json, print_table, refuse
from provider.wiring import services
from validators.assertion_subjects import KINDS, SUB
from validators.registered_names import InvalidRegistration
from validators.trusted_issuer_directory import TrustedIssuerDirectory

OPTION_OF_FIELD = {
    "issuer": "ISSUER",
    "jwks": "--jwks",
    "jwks_uri": "--jwks-uri",
    "audiences": "--audience",
    "subject_claim": "--subject-claim",
    "scope": "--scope",
    "client_ids": "--client",
}


@click.group("trusted-issuer", cls=OneLineGroup)
def trusted_issuer_cli() -> None:
    """Name issuers elsewhere whose JWTs clients may exchange for tokens."""


@trusted_issuer_cli.command("create")
@click.argument("issuer", metavar="ISSUER")
@click.option("--jwks", type=EXISTING_FILE, help="Its JWK set, - for stdin; or else")
@click.option("--jwks-uri", help="where its JWK set is.")
@click.option(
    "--audience",
    "audiences",
    multiple=True,
    help="What its JWTs may be made out to, beside the issuer and the token endpoint here; repeatable.",
)
@click.option("--subject-claim", default=SUB, show_default=True, help="The claim that names the person.")
@click.option(
    "--subject",
    type=click.Choice(KINDS),
    default=SUB,
    show_default=True,
    help="What it names them by; an e-mail address counts if it is verified.",
)
@click.option("--scope", help="The most that is granted. Unset: what the client may ask for.")
@click.option(
    "--client", "client_ids", multiple=True, help="Who may present its JWTs; repeatable. Unset: any client."
)
@click.option(
    "--software",
    "for_software",
    is_flag=True,
    help="It signs software statements, and nothing else that counts.",
)
def create(
    issuer: str,
    jwks: str | None,
    jwks_uri: str | None,
    audiences: tuple[str, ...],
    subject_claim: str,
    subject: str,
    scope: str | None,
    client_ids: tuple[str, ...],
    for_software: bool,
) -> None:
    """Believe the JWTs of ISSUER and print what has been stored."""
    try:
        summary = _directory().create(
            issuer,
            jwks=None if jwks is None else read_object(jwks, "--jwks"),
            jwks_uri=jwks_uri,
            audiences=audiences,
            subject_claim=subject_claim,
            subject=subject,
            scope=scope,
            client_ids=client_ids,
            for_software=for_software,
        )
    except InvalidRegistration as error:
        refuse(OPTION_OF_FIELD[error.field], error.problem)
    print_json(summary._asdict())


@trusted_issuer_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_issuers(as_json: bool) -> None:
    """List all trusted issuers."""
    issuers = _directory().list()
    if as_json:
        print_json([each._asdict() for each in issuers])
        return
    print_table(
        ("ISSUER", "KEYS", "SUBJECT", "SCOPE", "CLIENTS"),
        (
            (
                each.issuer,
                each.jwks_uri or "given",
                "software" if each.for_software else f"{each.subject_claim} is {each.subject}",
                each.scope or "-",
                " ".join(each.client_ids) or "any",
            )
            for each in issuers
        ),
    )


@trusted_issuer_cli.command("delete")
@click.argument("issuer", metavar="ISSUER")
def delete(issuer: str) -> None:
    """Believe ISSUER no more; tokens that it has led to live on until they expire."""
    if not _directory().delete(issuer):
        refuse("ISSUER", "is not trusted")


def _directory() -> TrustedIssuerDirectory:
    current = services()
    return TrustedIssuerDirectory(current.database, current.clock, current.settings.issuer)
