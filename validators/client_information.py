"""What a client, or an operator, is told of a registration (RFC 7591 §3.2.1)."""

import json
from typing import Any

from models.client import ClientRow


def client_information(row: ClientRow, client_secret: str | None = None) -> dict[str, Any]:
    """Return every member of the information response that the registration itself holds.

    Args:
        row: a living registration.
        client_secret: the secret to show, where it is still known.
    """
    information: dict[str, Any] = {"client_id": row.client_id, "client_id_issued_at": row.created_at}
    if client_secret is not None:
        information["client_secret"] = client_secret
    if row.secret_digest is not None:
        information["client_secret_expires_at"] = 0
    information.update(json.loads(row.client_metadata))
    return information
