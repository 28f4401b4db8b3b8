"""flask client (RFC 7591, RFC 7592)."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result

from models.database import Database
from models.errors import StoreUnavailable
from provider.cli.client import client_cli
from tests.builders import READABLE_SECRETS
from tests.conftest import Clock
from tests.provider.cli.conftest import Run, output_of, refusal_of
from validators.client_directory import ClientDirectory
from validators.secret_digests import SecretDigests

CALLBACK = "https://client.example/cb"
DOCUMENT = json.dumps({"client_name": "사진첩", "redirect_uris": [CALLBACK], "x_kept": [1]})


def without_rules(result: Result) -> dict[str, Any]:
    """Return what ``show`` prints of the registration itself."""
    shown: dict[str, Any] = output_of(result)
    assert shown.pop("paper_rules")["profile"] == "default"
    return shown


def test_metadata_from_standard_input(run: Run) -> None:
    """RFC 7591 §3.2.1: the information response, with the secret this once."""
    information = output_of(run(client_cli, "create", "--metadata", "-", stdin=DOCUMENT))

    assert information["client_name"] == "사진첩"
    assert information["x_kept"] == [1]
    assert information["client_secret_expires_at"] == 0
    assert len(information["client_secret"]) == 43
    shown = without_rules(run(client_cli, "show", information["client_id"]))
    assert shown == {name: value for name, value in information.items() if name != "client_secret"}


def test_metadata_from_a_file_and_options_over_it(run: Run, tmp_path: Path) -> None:
    """An option replaces the member of the document."""
    file = tmp_path / "client.json"
    file.write_text(DOCUMENT)

    information = output_of(
        run(
            client_cli,
            *("create", "--metadata", str(file), "--client-id", "photos", "--client-name", "Photos"),
            *("--redirect-uri", "https://a.example/cb", "--redirect-uri", "https://b.example/cb"),
            *("--grant-type", "authorization_code", "--grant-type", "refresh_token"),
            *("--token-endpoint-auth-method", "none", "--scope", "openid photos"),
        )
    )

    assert information["client_id"] == "photos"
    assert information["client_name"] == "Photos"
    assert information["redirect_uris"] == ["https://a.example/cb", "https://b.example/cb"]
    assert information["grant_types"] == ["authorization_code", "refresh_token"]
    assert information["scope"] == "openid photos"
    assert "client_secret" not in information


def test_brought_identifier_and_secret(run: Run) -> None:
    """For a client that moves here with both."""
    document = json.dumps({"client_id": "old id", "client_secret": "s" * 32, "redirect_uris": [CALLBACK]})

    information = output_of(run(client_cli, "create", "--metadata", "-", stdin=document))

    assert (information["client_id"], information["client_secret"]) == ("old id", "s" * 32)


@pytest.mark.parametrize(
    ("args", "stdin", "names"),
    [
        pytest.param(
            ("--redirect-uri", "http://client.example/"), "", "--redirect-uri: http", id="redirect-uri"
        ),
        pytest.param(("--grant-type", "magic"), "", "--grant-type: may hold only", id="grant-type"),
        pytest.param(
            ("--redirect-uri", CALLBACK, "--client-id", ""), "", "--client-id: must be", id="client-id"
        ),
        pytest.param(("--scope", '"'), "", "--scope: must be", id="scope"),
        pytest.param((), "", "--redirect-uri: must name at least one", id="nothing"),
        pytest.param(("--metadata", "-"), "[]", "--metadata: must be a JSON object", id="array"),
        pytest.param(("--metadata", "-"), "{", "--metadata: must be a JSON object", id="broken"),
        pytest.param(("--metadata", "-"), b"\xff\xff", "--metadata: must be a JSON object", id="not-utf-8"),
        pytest.param(("--metadata", "-"), '{"a": 1, "a": 2}', "a member is given twice", id="twice"),
        pytest.param(("--metadata", "-"), "{}", "--metadata: redirect_uris: must name", id="empty"),
        pytest.param(("--metadata", "-"), '{"x":' * 900 + "1" + "}" * 900, "nested deeper", id="nested"),
        pytest.param(("--metadata", "-"), "[" * 100_000, "--metadata: must be a JSON object", id="deep"),
        pytest.param(("--metadata", "-"), " " * 1_048_577, "--metadata: must be at most", id="large"),
        pytest.param(("--metadata", "-"), '{"paper_x": 1}', "--metadata: paper_x: is not known", id="paper"),
        pytest.param(
            ("--metadata", "/nowhere"), "", "'--metadata': File '/nowhere' does not exist", id="no-file"
        ),
        pytest.param(("--metadata",), "", "'--metadata' requires an argument", id="no-argument"),
        pytest.param(("--magic",), "", "No such option '--magic'", id="unknown-option"),
    ],
)
def test_bad_input_is_one_line_and_writes_nothing(
    run: Run, args: tuple[str, ...], stdin: str | bytes, names: str
) -> None:
    """The line names the option and what is allowed."""
    line = refusal_of(run(client_cli, "create", *args, stdin=stdin))

    assert names in line
    assert output_of(run(client_cli, "list", "--json")) == []


def test_unknown_command_is_one_line(run: Run) -> None:
    """Click's own complaints too."""
    assert "No such command 'forget'" in refusal_of(run(client_cli, "forget"))


@pytest.mark.parametrize(
    "args",
    [
        ("show", "nobody"),
        ("update", "nobody", "--metadata", "-"),
        ("delete", "nobody"),
        ("rotate-secret", "nobody"),
    ],
)
def test_unknown_client_is_one_line(run: Run, args: tuple[str, ...]) -> None:
    """Nothing to show or change."""
    assert "ID: there is no such client" in refusal_of(run(client_cli, *args, stdin="{}"))


def test_password_grant_warns(run: Run) -> None:
    """RFC 9700 §2.4: naming it switches it on, and says so."""
    result = run(client_cli, "create", "--grant-type", "password")

    assert output_of(result)["paper_profile"] == "legacy"
    assert result.stderr.startswith("Warning: ")
    assert result.stderr.count("\n") == 1


def test_update_merges_and_null_removes(run: Run) -> None:
    """Top-level members, one by one."""
    output_of(run(client_cli, "create", "--client-id", "photos", "--metadata", "-", stdin=DOCUMENT))

    changes = '{"client_name": "Pictures", "x_kept": null}'
    information = output_of(run(client_cli, "update", "photos", "--metadata", "-", stdin=changes))

    assert information["client_name"] == "Pictures"
    assert "x_kept" not in information
    assert "client_secret" not in information
    assert information["redirect_uris"] == [CALLBACK]


def test_refused_update_names_the_member(run: Run) -> None:
    """One line, nothing changed."""
    before = output_of(run(client_cli, "create", "--client-id", "photos", "--metadata", "-", stdin=DOCUMENT))

    changes = '{"redirect_uris": ["http://client.example/"]}'
    line = refusal_of(run(client_cli, "update", "photos", "--metadata", "-", stdin=changes))

    assert "--metadata: redirect_uris: http is allowed only for" in line
    assert without_rules(run(client_cli, "show", "photos")).items() <= before.items()


def test_show_prints_the_rules(run: Run) -> None:
    """Those of the client's profile; they are no metadata and do not come back by an update."""
    fapi = {
        "redirect_uris": ["https://client.example/cb"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": "https://client.example/jwks",
        "paper_profile": "fapi2",
    }
    run(client_cli, "create", "--client-id", "bank", "--metadata", "-", stdin=json.dumps(fapi))

    shown = output_of(run(client_cli, "show", "bank"))
    run(client_cli, "update", "bank", "--metadata", "-", stdin=json.dumps({"paper_rules": {"profile": "x"}}))

    assert shown["paper_rules"]["profile"] == "fapi2"
    assert shown["paper_rules"]["requires_pushed"] is True
    assert shown["id_token_signed_response_alg"] == "ES256"
    assert output_of(run(client_cli, "show", "bank")) == shown


def test_rotated_secret_is_printed(run: Run) -> None:
    """Once, as at registration."""
    before = output_of(run(client_cli, "create", "--client-id", "photos", "--metadata", "-", stdin=DOCUMENT))

    after = output_of(run(client_cli, "rotate-secret", "photos"))

    assert after["client_secret"] != before["client_secret"]
    assert after | {"client_secret": ""} == before | {"client_secret": ""}


def test_public_client_has_no_secret_to_rotate(run: Run) -> None:
    """RFC 6749 §2.1."""
    public = ("--redirect-uri", CALLBACK, "--token-endpoint-auth-method", "none")
    output_of(run(client_cli, "create", "--client-id", "photos", *public))

    assert "without a secret" in refusal_of(run(client_cli, "rotate-secret", "photos"))


def test_deleted_client_is_gone_for_good(run: Run) -> None:
    """Its identifier is never used again."""
    output_of(run(client_cli, "create", "--client-id", "photos", "--metadata", "-", stdin=DOCUMENT))

    assert run(client_cli, "delete", "photos").exit_code == 0

    assert output_of(run(client_cli, "list", "--json")) == []
    again = run(client_cli, "create", "--client-id", "photos", "--redirect-uri", CALLBACK)
    assert "--client-id: is or was in use" in refusal_of(again)


def test_table_is_aligned(run: Run) -> None:
    """Hangul takes two columns of a terminal."""
    assert run(client_cli, "list").stdout == "none\n"
    output_of(run(client_cli, "create", "--client-id", "a", "--metadata", "-", stdin=DOCUMENT))
    output_of(run(client_cli, "create", "--client-id", "b", "--redirect-uri", CALLBACK))

    lines = run(client_cli, "list").stdout.splitlines()

    assert lines == [
        "CLIENT ID  NAME    AUTHENTICATION       GRANT TYPES         REGISTERED",
        "a          사진첩  client_secret_basic  authorization_code  2027-01-15 08:00:00Z",
        "b          -       client_secret_basic  authorization_code  2027-01-15 08:00:00Z",
    ]


def test_database_without_tables_says_what_to_do(
    run: Run, command_services: SimpleNamespace, clock: Clock, tmp_path: Path
) -> None:
    """The most likely reason for a missing table."""
    database = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    command_services.client_directory = ClientDirectory(
        database, clock, SecretDigests(bytes(32)), lambda: ("RS256", "ES256"), READABLE_SECRETS
    )

    result = run(client_cli, "list")

    database.dispose()
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: the database cannot be used: it lacks a table or column; run: flask db upgrade\n"
    )


def test_store_that_cannot_be_reached_is_one_line(run: Run, command_services: SimpleNamespace) -> None:
    """No trace; exit status 1, since the input was not at fault."""

    def fail() -> None:
        raise StoreUnavailable("locked\nfor too long")

    command_services.client_directory = SimpleNamespace(list=fail)

    result = run(client_cli, "list")

    assert result.exit_code == 1
    assert result.stderr == "Error: the database cannot be used: locked for too long\n"
