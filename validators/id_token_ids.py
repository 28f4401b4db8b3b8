"""The ``jti`` of an ID token, which names its grant: that alone lets one be exchanged (RFC 8693)."""

import secrets

from keys import base64url

GRANT_BYTES = 16
RANDOM_BYTES = 16


def new_id(grant_id: bytes) -> str:
    """Return a unique ``jti`` for an ID token of a grant (RFC 7519 §4.1.7)."""
    return base64url.encode(grant_id + secrets.token_bytes(RANDOM_BYTES))


def grant_of(jti: object) -> bytes | None:
    """Return the grant that a ``jti`` of ours names; ``None`` for one of another form."""
    try:
        raw = base64url.decode(jti) if isinstance(jti, str) else b""
    except ValueError:
        return None
    return raw[:GRANT_BYTES] if len(raw) == GRANT_BYTES + RANDOM_BYTES else None
