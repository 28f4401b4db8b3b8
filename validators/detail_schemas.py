"""JSON Schemas of authorization details; nothing is ever fetched for one."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from validators.authorization_details import IDENTIFIER, LISTS

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAMES = frozenset(("$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$vocabulary"))
"""Keywords by which a schema gives itself other names; one small document needs none."""
TYPE_SCHEMA = "urn:paper:type"


def schema_problem(schema: Any) -> str | None:
    """Return why ``schema`` cannot be used, or ``None``: it is draft 2020-12 and refers only to itself."""
    from jsonschema import Draft202012Validator  # here: few providers have types, and it is large
    from jsonschema.exceptions import SchemaError

    if not isinstance(schema, dict):
        return "must be a JSON object"
    if schema.get("$schema", DIALECT) != DIALECT:
        return f"must be of {DIALECT}"
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return f"is no JSON Schema: {error.message}"
    parts = list(_parts(schema))
    for part in parts:
        if not NAMES.isdisjoint(part):
            return f"must not have {', '.join(sorted(NAMES.intersection(part)))}"
        if "$ref" in part and not any(
            _target(schema, part["$ref"]) is each for each in (*parts, True, False)
        ):
            return "must refer to nothing but its own parts"
    return None


def is_valid(schema: str, instance: Any) -> bool:
    """Whether ``instance`` is as the stored ``schema`` says, and has no member that is unknown (RFC 9396 §5).

    The members of §2.2 are always known; others are known where the schema names them, or says in
    ``additionalProperties`` what they are. One that the schema cannot judge is not valid.
    """
    try:
        return bool(_validator(schema).is_valid(instance))
    except (RecursionError, ArithmeticError):  # a schema without end; a number beyond all reckoning
        return False


@lru_cache(maxsize=128)
def _validator(schema: str) -> "Draft202012Validator":
    from jsonschema import Draft202012Validator
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

    known: Registry[Any] = Registry().with_resource(
        TYPE_SCHEMA, DRAFT202012.create_resource(json.loads(schema))
    )
    closed = {
        "$ref": TYPE_SCHEMA,
        "properties": dict.fromkeys(("type", *LISTS, IDENTIFIER), True),
        "unevaluatedProperties": False,
    }
    return Draft202012Validator(closed, registry=known, format_checker=Draft202012Validator.FORMAT_CHECKER)


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Return every schema within ``schema``, itself too, save ``true`` and ``false``."""
    from referencing.jsonschema import DRAFT202012

    if isinstance(schema, dict):
        yield schema
        for part in DRAFT202012.subresources_of(schema):
            yield from _parts(part)


def _target(schema: dict[str, Any], reference: Any) -> Any:
    """Return what ``reference`` leads to; ``None``: nothing within ``schema``."""
    from referencing import Registry
    from referencing.exceptions import Unresolvable
    from referencing.jsonschema import DRAFT202012

    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    whole: Registry[Any] = Registry().with_resource("", DRAFT202012.create_resource(schema))
    try:
        return whole.resolver().lookup(reference).contents
    except Unresolvable:
        return None
