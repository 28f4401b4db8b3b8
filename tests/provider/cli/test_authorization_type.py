"""flask authorization-type."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from provider.cli.authorization_type import authorization_type_cli
from tests.provider.cli.conftest import Run, output_of, refusal_of

SCHEMA: dict[str, Any] = {
    "$defs": {"text": {"type": "string"}},
    "properties": {"creditor": {"$ref": "#/$defs/text"}},
}


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(SCHEMA))
    return path


def test_create_list_delete(run: Run, command_services: SimpleNamespace, schema: Path) -> None:
    """Stored as given; a name is defined once; what is deleted is gone."""
    typed = ("create", "payment", "--schema", str(schema), "--template", "Pay {creditor}")
    created = output_of(run(authorization_type_cli, *typed, "--json"))

    assert created == {
        "name": "payment",
        "schema": SCHEMA,
        "template": "Pay {creditor}",
        "created_at": command_services.clock(),
    }
    assert output_of(run(authorization_type_cli, "list", "--json")) == [created]
    assert "Pay {creditor}" in run(authorization_type_cli, "list").stdout
    assert "defined already" in refusal_of(run(authorization_type_cli, *typed))
    assert run(authorization_type_cli, "delete", "payment").exit_code == 0
    assert "no such type" in refusal_of(run(authorization_type_cli, "delete", "payment"))


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ({"type": "nonsense"}, "is no JSON Schema"),
        ({"$ref": "https://else.example/schema"}, "its own parts"),
        ({"properties": {"a": {"$ref": "#/$defs/missing"}}}, "its own parts"),
        ({"$id": "https://else.example/schema"}, "$id"),
        ({"$schema": "http://json-schema.org/draft-04/schema#"}, "2020-12"),
        ({"description": "x" * 20000}, "bytes"),
    ],
)
def test_a_schema_that_cannot_be_used_is_refused(
    run: Run, schema: Path, bad: dict[str, Any], problem: str
) -> None:
    """Broken, or with references that would have to be fetched."""
    schema.write_text(json.dumps(bad))

    refusal = refusal_of(run(authorization_type_cli, "create", "payment", "--schema", str(schema)))

    assert refusal.startswith("Error: --schema")
    assert problem in refusal


def test_a_name_and_a_template_are_plain(run: Run, schema: Path) -> None:
    """A person reads both."""
    for typed in (("a\x07b",), ("payment", "--template", "a\u202eb"), ("x" * 201,)):
        result = run(authorization_type_cli, "create", *typed, "--schema", str(schema))
        assert "characters without controls" in refusal_of(result)


def test_a_schema_without_end_describes_nothing(run: Run, schema: Path) -> None:
    """One that refers to itself for ever is no error of whoever asks."""
    from validators.detail_schemas import is_valid, schema_problem

    endless = {"$ref": "#"}

    assert schema_problem(endless) is None
    assert not is_valid(json.dumps(endless), {"type": "payment"})
