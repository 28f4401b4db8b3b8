"""Lists that are shown a page at a time: what was asked for, and the way to the rest."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from flask import url_for

from provider.bridge import read_query

ROWS = 50
MAX_WORD = 2000
"""No ``sub`` and no ``client_id`` is so long, nor what becomes of a name of 64 characters by NFKC."""

Row = TypeVar("Row")


def asked(name: str) -> str:
    """Return a parameter of the query as somebody typed it; empty where there is none."""
    return read_query().parameters.get(name, "").strip()[:MAX_WORD]


def pages(
    found: Sequence[Row], endpoint: str, position: Callable[[Row], Any], **kept: str
) -> tuple[Sequence[Row], str | None]:
    """Return the rows of one page, and the address of the next one if there is more.

    Args:
        found: up to one row more than a page holds.
        endpoint: the view of the list.
        position: what the list goes on after, by its last row.
        kept: what was asked for, by parameter.
    """
    if len(found) <= ROWS:
        return found, None
    shown = found[:ROWS]
    said: dict[str, Any] = {name: value for name, value in kept.items() if value}
    return shown, url_for(endpoint, **said, after=position(shown[-1]))
