"""JSON Schemas of authorization details; nothing is ever fetched for one."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAMES = ("$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$vocabulary")
"""Members by which a schema gives itself other names; one small document needs none."""


def schema_problem(schema: Any) -> str | None:
    """Return why ``schema`` cannot be used, or ``None``: it is draft 2020-12 and refers only to itself."""
    from jsonschema.exceptions import SchemaError  # here: few providers have types, and it is large

    if not isinstance(schema, dict):
        return "must be a JSON object"
    if schema.get("$schema", DIALECT) != DIALECT:
        return f"must be of {DIALECT}"
    try:
        _validator(json.dumps(schema)).check_schema(schema)
    except SchemaError as error:
        return f"is no JSON Schema: {error.message}"
    for name, value in _members(schema):
        if name in NAMES:
            return f"must not have {name}"
        if name == "$ref" and not _is_found(schema, value):
            return "must refer to nothing but its own parts"
    return None


def is_valid(schema: str, instance: Any) -> bool:
    """Whether ``instance`` is as the stored ``schema`` says; one that a schema never ends with is not."""
    try:
        return bool(_validator(schema).is_valid(instance))
    except RecursionError:
        return False


@lru_cache(maxsize=128)
def _validator(schema: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator
    from referencing import Registry

    return Draft202012Validator(
        json.loads(schema), registry=Registry(), format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def _is_found(schema: dict[str, Any], reference: Any) -> bool:
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    if not isinstance(reference, str) or not reference.startswith("#"):
        return False
    whole: Registry[Any] = Registry().with_resource("", DRAFT202012.create_resource(schema))
    try:
        whole.resolver().lookup(reference)
    except Unresolvable:
        return False
    return True


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _members(each)
