"""docs/flows.md: every command on the page registers a client, and every file it names is there."""

import re

import pytest

from provider.cli.client import client_cli
from provider.setting_kinds import CHECKOUT
from tests.provider.cli.conftest import Run, output_of

PAGE = (CHECKOUT / "docs" / "flows.md").read_text()
GRANTS, RESPONSE_TYPES, *_ = (part.split("\n\n|")[-1] for part in PAGE.split("\n## ")[1:])
PREFIX = "urn:ietf:params:oauth:grant-type"
URIS = {"URI": "https://client.example/callback"}


def commands(table: str) -> list[list[str]]:
    """Return the options of every ``--…`` cell of a table, one list for each command."""
    found = []
    for row in table.splitlines()[2:]:
        for options in re.findall(r"`(--(?:grant-type|redirect-uri|response-type)[^`]*)`", row):
            words = [URIS.get(word, word.replace("…", PREFIX)) for word in options.split()]
            kinds = re.findall(r"`([a-z_ ]+)`", row.split("|")[1]) if "TYPE" in words else [""]
            found += [[kind if word == "TYPE" else word for word in words] for kind in kinds]
    return found


@pytest.mark.parametrize("options", commands(GRANTS), ids=" ".join)
def test_a_grants_client(run: Run, options: list[str]) -> None:
    """The registration has the grant type that the options name."""
    created = output_of(run(client_cli, "create", *options))

    asked = [options[index + 1] for index, word in enumerate(options) if word == "--grant-type"]
    assert created["grant_types"] == (asked or ["authorization_code"])


@pytest.mark.parametrize("options", commands(RESPONSE_TYPES), ids=" ".join)
def test_a_response_types_client(run: Run, options: list[str]) -> None:
    """With a redirect URI, as the page says."""
    created = output_of(run(client_cli, "create", "--redirect-uri", URIS["URI"], *options))

    assert created["response_types"]


def test_every_command_is_read() -> None:
    """Nine grants; three and three response types; what is not read is not tried."""
    assert (len(commands(GRANTS)), len(commands(RESPONSE_TYPES))) == (9, 6)


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`(tests/[^`]+)`|\(\.\./([^)]+)\)", PAGE))), ids="".join
)
def test_what_it_names_is_there(path: tuple[str, str]) -> None:
    """Examples and tests."""
    assert (CHECKOUT / "".join(path)).exists()
