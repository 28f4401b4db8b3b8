"""JSON that operators read and write in a page."""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from validators.json_document import read_json_object
from validators.plain_text import BIDI_CONTROLS, CONTROLS, UNSEEN


def shown_json(document: Mapping[str, Any]) -> str:
    """Return ``document`` for people to read."""
    return visible(json.dumps(document, ensure_ascii=False, indent=2))


def visible(text: str) -> str:
    """Return ``text`` with what steers the eye, shows nothing or is half a character escaped as in JSON."""
    return "".join(json.dumps(each)[1:-1] if _is_unseen(each) else each for each in text)


def typed_json(text: str) -> dict[str, Any]:
    """Return the JSON object that somebody typed; an empty one for nothing.

    Raises:
        ValueError: it is not one JSON object, or has a member twice.
    """
    return read_json_object(text.encode(errors="surrogatepass")) if text.strip() else {}


def _is_unseen(character: str) -> bool:
    is_hidden = character in BIDI_CONTROLS or unicodedata.category(character) in CONTROLS | UNSEEN
    return is_hidden and character != "\n"
