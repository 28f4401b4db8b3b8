"""How a client proves itself: one resolver, exactly the registered method (RFC 6749 §2.3)."""

import base64
import binascii
import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from oauthlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError, OAuth2Error

from validators.client import PUBLIC, Client
from validators.clients import ClientRegistry
from validators.request import ProviderRequest
from validators.secret_digests import CLIENT_SECRET, SecretDigests

BASIC = "client_secret_basic"
POST = "client_secret_post"
METHODS = (BASIC, POST, PUBLIC)
MALFORMED_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Presented(NamedTuple):
    """What one request offers as proof."""

    method: str
    client_id: str
    secret: str


class ClientAuthentication:
    """Finds the client of a request at the token endpoint and its like."""

    def __init__(self, clients: ClientRegistry, digests: SecretDigests) -> None:
        self._clients = clients
        self._digests = digests

    def authenticate(self, request: ProviderRequest) -> Client:
        """Return the client that has proven itself with the method it is registered for.

        An unknown client, a wrong secret and another method take the same time and get the same answer.

        Raises:
            InvalidClientError: it has not.
            InvalidRequestError: more than one method was used (RFC 6749 §2.3).
        """
        presented = self._presented(request)
        client = self._clients.get(presented.client_id)
        if not self._is_proven(presented, client):
            client = self._clients.fresh(presented.client_id, client.version if client else None)
            if client is None or not self._is_proven(presented, client):
                raise InvalidClientError(description="Client authentication failed.", request=request)
        assert client is not None  # noqa: S101 - proven above
        return client

    def claimed(self, request: ProviderRequest) -> Client | None:
        """Return the client that the request says it comes from; nothing is proven."""
        try:
            return self._clients.get(self._presented(request).client_id)
        except OAuth2Error:
            return None

    def _presented(self, request: ProviderRequest) -> Presented:
        authorization = request.headers.get("Authorization")
        if "client_assertion" in request.parameters or "client_assertion_type" in request.parameters:
            raise InvalidClientError(description="Client assertions are not supported.", request=request)
        client_id: str | None = request.client_id
        secret: str | None = request.client_secret
        if authorization is not None:
            basic = read_basic(authorization)
            if basic is None:
                raise InvalidClientError(description="Malformed Authorization header.", request=request)
            if secret is not None:
                raise InvalidRequestError(
                    description="More than one client authentication method.", request=request
                )
            if client_id is not None and client_id != basic[0]:
                raise InvalidClientError(description="The client_id values differ.", request=request)
            return Presented(BASIC if basic[1] else PUBLIC, *basic)  # an empty secret is none (§2.3.1)
        if client_id is None:
            raise InvalidClientError(description="Missing client authentication.", request=request)
        return Presented(PUBLIC, client_id, "") if secret is None else Presented(POST, client_id, secret)

    def _is_proven(self, presented: Presented, client: Client | None) -> bool:
        digest = client.secret_digest if client else None
        matches = self._digests.matches(CLIENT_SECRET, presented.secret, digest)
        if client is None or not client.authenticates_by(presented.method):
            return False
        return matches or presented.method == PUBLIC


def read_basic(authorization: str) -> tuple[str, str] | None:
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
        return _form_decoded(client_id), _form_decoded(secret)
    except UnicodeDecodeError:
        return None


def _form_decoded(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ")).decode()
