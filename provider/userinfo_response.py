"""The form of a UserInfo response: JSON, or a JWT that is signed, encrypted or both (Core §5.3.2)."""

import json
from typing import Any

from werkzeug.wrappers import Response

from provider.bridge import json_response
from provider.wiring import services
from validators.access_tokens import AccessToken
from validators.client import Client
from validators.grants import GrantRecord

JWT_MEDIA_TYPE = "application/jwt"


def client_of(token: AccessToken, record: GrantRecord) -> Client | None:
    """Return the client that holds a token, in the version that the grant, just read, knows."""
    if token.is_exchanged:
        return services().clients.get(token.client_id)
    return services().clients.at_version(token.client_id, record.client_version)


def userinfo_response(claims: dict[str, Any], client: Client) -> Response:
    """Return ``claims`` in the form that ``client`` has registered.

    Raises:
        UnknownAlgorithm: no key signs with the client's algorithm.
        NoEncryptionKey: the response must be encrypted, and the client has no key for that.
    """
    alg, encryption = client.userinfo_alg, client.userinfo_encryption
    if alg is None and encryption is None:
        return json_response(json.dumps(claims), 200)
    provider = services()
    if alg is not None:
        claims = {**claims, "iss": provider.settings.issuer, "aud": client.client_id}
    response = json_response(provider.client_jwts.make(claims, client, alg=alg, encryption=encryption), 200)
    response.mimetype = JWT_MEDIA_TYPE
    return response
