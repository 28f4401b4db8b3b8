"""JSON objects that others wrote and that are kept and sent on as they are (RFC 8259)."""

import json
from collections.abc import Mapping
from typing import Any

MAX_LEVELS = 32


def read_json(data: bytes) -> Any:
    """Return the JSON value that ``data`` is.

    Raises:
        ValueError: it is not JSON in UTF-8, has a member twice or is nested too deeply.
    """
    try:
        return json.loads(data.decode(), object_pairs_hook=_members)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def read_json_object(data: bytes) -> dict[str, Any]:
    """Return the JSON object that ``data`` is.

    Raises:
        ValueError: as ``read_json``, or it is no object.
    """
    document = read_json(data)
    if not isinstance(document, dict):
        raise ValueError("no object")
    return document


def json_problem(document: Mapping[str, Any], *, max_bytes: int) -> str | None:
    """Return why ``document`` cannot be kept, or ``None``: it must be Unicode, small and shallow."""
    if not _is_shallow(document, MAX_LEVELS):
        return f"must not be nested deeper than {MAX_LEVELS} levels"
    try:
        size = len(json.dumps(document, ensure_ascii=False, allow_nan=False).encode())
    except (ValueError, TypeError):
        return "must be JSON (RFC 8259) in Unicode text"
    return f"must be at most {max_bytes} bytes" if size > max_bytes else None


def _is_shallow(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return levels > 0 and all(_is_shallow(each, levels - 1) for each in inner)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member is given twice")
    return members
