"""A sign-in to try: an authorization request as the client itself would send it."""

import secrets
from urllib.parse import urlencode

from flask import url_for

from validators.client import Client


def trial_address(client: Client) -> str | None:
    """Return an authorization request of ``client``; ``None`` where no link can be one.

    Nobody can redeem the code that it ends in: what its challenge was made of is not known.
    """
    metadata = client.metadata
    redirect_uris, response_types = metadata.get("redirect_uris"), metadata.get("response_types")
    if not redirect_uris or not response_types or client.must_push or client.must_sign:
        return None
    request = {
        "client_id": client.client_id,
        "response_type": response_types[0],
        "redirect_uri": redirect_uris[0],
        "scope": metadata.get("scope") or "openid profile email",
        "state": secrets.token_urlsafe(16),
        "nonce": secrets.token_urlsafe(16),
        "code_challenge": secrets.token_urlsafe(32),
        "code_challenge_method": "S256",
    }
    return f"{url_for('authorization.authorize')}?{urlencode(request)}"
