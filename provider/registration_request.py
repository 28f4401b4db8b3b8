"""What a request about a registration brings: a bearer token (RFC 6750 §2.1), a document (RFC 7591 §3.1)."""

from typing import Any

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from provider.bridge import JSON, read_body
from validators.json_document import read_json_object
from validators.metadata_values import InvalidClientMetadata


def bearer_token() -> str | None:
    """Return the bearer token of the current request; only the header may bring one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip(" ") or None if scheme.lower() == "bearer" else None


def sent_document() -> dict[str, Any]:
    """Return the client metadata in the body of the current request.

    Raises:
        UnsupportedMediaType: the body says that it is something else.
        ClientDisconnected: it ends too early.
        RequestEntityTooLarge: over ``MAX_BODY``.
        InvalidClientMetadata: it is not one JSON object, or has a member twice.
    """
    if request.mimetype != JSON:
        raise UnsupportedMediaType(f"The body must be {JSON}.")
    try:
        return read_json_object(read_body())
    except ValueError:
        raise InvalidClientMetadata(
            "document", "must be one JSON object in UTF-8 that names no member twice"
        ) from None
