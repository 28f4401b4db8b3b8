"""flask registration-token."""

from types import SimpleNamespace

import pytest

from provider.cli.registration_token import registration_token_cli
from tests.provider.cli.conftest import Run, output_of, refusal_of


def test_create_prints_the_token_once(run: Run, command_services: SimpleNamespace) -> None:
    """What is listed later has all but the token."""
    made = output_of(run(registration_token_cli, "create", "--uses", "3", "--seconds", "600"))

    assert len(made.pop("token")) == 43
    assert made["uses_left"] == 3
    assert made["expires_at"] == command_services.clock() + 600
    assert output_of(run(registration_token_cli, "list", "--json")) == [made]


def test_list_as_a_table(run: Run) -> None:
    """For people."""
    made = output_of(run(registration_token_cli, "create"))

    lines = run(registration_token_cli, "list").stdout.splitlines()

    assert lines[1].split()[:2] == [made["id"], "any"]
    assert lines[1].endswith("-")
    assert made["token"] not in lines[1]


def test_revoke(run: Run) -> None:
    """Once."""
    made = output_of(run(registration_token_cli, "create"))

    assert run(registration_token_cli, "revoke", made["id"]).exit_code == 0
    assert "ID: there is no such" in refusal_of(run(registration_token_cli, "revoke", made["id"]))
    assert output_of(run(registration_token_cli, "list", "--json")) == []


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("--uses", "0"), id="no use"),
        pytest.param(("--uses", "many"), id="no number"),
        pytest.param(("--seconds", "-1"), id="over already"),
        pytest.param(("--seconds", "99999999999999999999"), id="for ever"),
    ],
)
def test_bad_input_is_one_line(run: Run, arguments: tuple[str, ...]) -> None:
    """It names the option; nothing is stored."""
    assert arguments[0] in refusal_of(run(registration_token_cli, "create", *arguments))
    assert output_of(run(registration_token_cli, "list", "--json")) == []
