"""JSON Schemas of authorization details (RFC 9396 §5, JSON Schema 2020-12)."""

import json
from typing import Any

import pytest

from validators.detail_schemas import is_valid, schema_problem


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"$id": {"type": "string"}, "$ref": {}, "$anchor": True}},
        {"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"b": {"$ref": "#/$defs/yes"}}}, "yes": True}},
        {"const": {"$ref": "https://data.example"}, "enum": [{"$id": "data"}]},
    ],
)
def test_what_can_be_used(schema: dict[str, Any]) -> None:
    """§8.2: keywords are keywords where a schema is, not where data or a property's name is."""
    assert schema_problem(schema) is None


@pytest.mark.parametrize(
    "schema",
    [
        [],
        {"type": "nothing"},
        {"$schema": "http://json-schema.org/draft-07/schema#"},
        {"properties": {"a": {"$id": "https://a.example"}}},
        {"items": {"$anchor": "a"}},
        {"$ref": "https://elsewhere.example/schema"},
        {"properties": {"a": {"$ref": "#/$defs/nowhere"}}},
        {"title": "words", "properties": {"a": {"$ref": "#/title"}}},
        {"$ref": "#/const", "const": {"$ref": "https://elsewhere.example"}},
        {"properties": {"a": {"$ref": "#/properties/b/const"}, "b": {"const": [1]}}},
        {"properties": {"a": {"pattern": "("}}},
    ],
)
def test_what_cannot(schema: Any) -> None:
    """Told when it is defined, not when somebody asks for it."""
    assert schema_problem(schema) is not None


@pytest.mark.parametrize(
    ("schema", "instance", "valid"),
    [
        ({}, {"type": "t", "actions": ["a"], "identifier": "i"}, True),
        ({}, {"type": "t", "more": 1}, False),
        ({"additionalProperties": True}, {"type": "t", "more": 1}, True),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"n": {}}}}}, {"type": "t", "n": 1}, True),
        ({"allOf": [{"properties": {"n": {}}}]}, {"type": "t", "n": 1, "m": 1}, False),
        ({"properties": {"actions": False}}, {"type": "t", "actions": []}, False),
        ({"properties": {"n": {"multipleOf": 0.01}}}, {"type": "t", "n": 10**400}, False),
        ({"properties": {"n": {"$ref": "#"}}}, {"type": "t", "n": {"n": {}}}, True),
        ({"properties": {"n": {"$ref": "#/properties/n"}}}, {"type": "t", "n": 1}, False),
    ],
)
def test_unknown_members_are_refused(schema: dict[str, Any], instance: dict[str, Any], valid: bool) -> None:
    """RFC 9396 §5; what a schema never ends with, or cannot reckon, is no instance of it."""
    assert is_valid(json.dumps(schema), instance) is valid
