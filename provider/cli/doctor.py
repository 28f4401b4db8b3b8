"""flask doctor: what is wrong with this provider, and what to do about it."""

import click

from provider.cli.output import print_json
from provider.doctor.examination import examine
from provider.doctor.findings import Finding, Level, exit_status
from provider.wiring import services

COLOURS = {Level.OK: "green", Level.WARNING: "yellow", Level.ERROR: "red"}
WIDTH = max(map(len, Level))


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--offline", "is_offline", is_flag=True, help="Leave out what needs the network.")
@click.pass_context
def doctor_cli(context: click.Context, as_json: bool, is_offline: bool) -> None:
    """Examine settings, database, keys, clock, clients and the host; change nothing.

    The exit status is 0 when all is well, 1 after warnings, 2 after errors.
    """
    findings = []
    for finding in examine(services(), is_offline=is_offline):
        findings.append(finding)
        if not as_json:
            _tell(finding)
    if as_json:
        print_json([finding._asdict() for finding in findings])
    context.exit(exit_status(findings))


def _tell(finding: Finding) -> None:
    level = click.style(finding.level.ljust(WIDTH), fg=COLOURS[finding.level])
    click.echo(f"{level}  {finding.topic}: {finding.text}")
    if finding.advice:
        click.echo(f"{' ' * WIDTH}    {finding.advice}")
