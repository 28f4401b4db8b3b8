"""The Basic scheme, read strictly (RFC 6749 §2.3.1, RFC 7617)."""

import base64
import binascii
import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

MALFORMED_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Basic(NamedTuple):
    """What a Basic header says."""

    client_id: str
    secret: str


def read_basic(authorization: str) -> Basic | None:
    """Return client_id and secret of a Basic header, or ``None`` if it is malformed anywhere.

    Both halves are form-encoded before they are joined (RFC 6749 §2.3.1).
    """
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        raw = base64.b64decode(encoded.strip(" "), validate=True)
        decoded = raw.decode()
    except (ValueError, binascii.Error):
        return None
    if base64.b64encode(raw).decode() != encoded.strip(" "):
        return None
    client_id, colon, secret = decoded.partition(":")
    if not colon or not client_id or MALFORMED_PERCENT.search(decoded):
        return None
    try:
        return Basic(_form_decoded(client_id), _form_decoded(secret))
    except UnicodeDecodeError:
        return None


def _form_decoded(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ")).decode()
