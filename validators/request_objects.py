"""Authorization requests that clients sign and encrypt (RFC 9101, OpenID Connect Core §6)."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from oauthlib.openid.connect.core.exceptions import InvalidRequestObject, InvalidRequestURI

from keys.decryption_keys import DecryptionKeys
from keys.errors import BadSignature, UnknownKey
from keys.foreign_jwt import ASYMMETRIC_ALGORITHMS, read_foreign_jwt
from keys.jwe import is_encrypted
from validators.client import Client
from validators.client_keys import ClientKeys
from validators.errors import FetchError
from validators.registered_encryption import REQUEST_OBJECT, encryption_of
from validators.request import AUTHORIZATION_PARAMETERS

MEDIA_TYPES = ("jwt", "oauth-authz-req+jwt")
SKEW_SECONDS = 10
HOUR = 3600
MAX_VALUE = 16 * 1024
REFERENCES = frozenset(("request", "request_uri"))
MEMBERS = AUTHORIZATION_PARAMETERS - REFERENCES
JSON_MEMBERS = frozenset(("claims", "registration", "authorization_details"))
NUMBERS = frozenset(("max_age",))


class OpenedRequest(NamedTuple):
    """What a request object says."""

    parameters: dict[str, str]
    resources: list[str]


class RequestObjects:
    """Opens request objects; what was sent beside one counts for nothing (RFC 9101 §6.3).

    Args:
        issuer: Paper, whom they must be for.
        keys: the public keys of clients.
        decryption_keys: returns ours, when a request comes encrypted.
        fetch: returns the text at an address, or raises ``FetchError``.
        clock: NumericDate.
    """

    def __init__(
        self,
        *,
        issuer: str,
        keys: ClientKeys,
        decryption_keys: Callable[[], DecryptionKeys],
        fetch: Callable[[str], str],
        clock: Callable[[], int],
    ) -> None:
        self._issuer = issuer
        self._keys = keys
        self._decryption_keys = decryption_keys
        self._fetch = fetch
        self._now = clock

    def open(self, parameters: Mapping[str, str], client: Client) -> OpenedRequest:
        """Return the request that ``client`` has signed, and perhaps encrypted after that.

        Args:
            parameters: as sent, with ``request`` or ``request_uri`` among them.
            client: whom ``client_id`` names.

        Raises:
            InvalidRequestURI: the address is not registered, or nothing usable is there.
            InvalidRequestObject: the object is not this client's for this provider, or says nonsense.
        """
        if parameters.keys() >= REFERENCES:
            raise InvalidRequestObject(description="Send request or request_uri, not both.")
        text = parameters.get("request") or self._fetched(parameters["request_uri"], client)
        try:
            claims = self._verified(self._decrypted(text, client), client)
        except BadSignature:
            raise InvalidRequestObject(description="The request object does not verify.") from None
        self._require_meant(claims, client)
        return _opened(claims, client)

    def _fetched(self, uri: str, client: Client) -> str:
        """Fetch from a registered address; its fragment is a version for caches and not sent (Core §6.2)."""
        address = uri.partition("#")[0]
        registered = {known.partition("#")[0] for known in client.metadata.get("request_uris", ())}
        if address not in registered:
            raise InvalidRequestURI(description="The request_uri is not registered.")
        try:
            return self._fetch(address).strip()
        except FetchError:
            raise InvalidRequestURI(description="Nothing usable is at the request_uri.") from None

    def _decrypted(self, text: str, client: Client) -> str:
        """Return what is inside, signed; a client that has registered encryption always encrypts."""
        registered = encryption_of(client.metadata, REQUEST_OBJECT)
        if is_encrypted(text):
            alg, enc = registered or (None, None)
            return self._decryption_keys().open(text, alg=alg, enc=enc)
        if registered is not None:
            raise InvalidRequestObject(description="This client must encrypt its request objects.")
        return text

    def _verified(self, text: str, client: Client) -> dict[str, Any]:
        registered = client.metadata.get("request_object_signing_alg")
        named = ASYMMETRIC_ALGORITHMS if registered is None else frozenset((registered,))
        algs = frozenset(alg for alg in named if client.profile.allows_alg(alg))
        try:
            token = read_foreign_jwt(text, self._keys.of(client), algs)
        except UnknownKey:
            token = read_foreign_jwt(text, self._keys.of(client, newer=True), algs)
        if token.header.get("typ", "JWT").lower() not in MEDIA_TYPES:
            raise BadSignature("another typ")
        return token.claims

    def _require_meant(self, claims: Mapping[str, Any], client: Client) -> None:
        """Refuse what the client has signed for another end (RFC 9101 §10.8) or another time."""
        audience = claims.get("aud", self._issuer)
        audiences = audience if isinstance(audience, list) else [audience]
        holds = (
            self._issuer in audiences
            and claims.get("iss", client.client_id) == client.client_id
            and claims.get("client_id", client.client_id) == client.client_id
            and claims.get("sub") != client.client_id  # that would be a client assertion
            and REFERENCES.isdisjoint(claims)
            and self._is_now(claims)
            and (not client.profile.requires_signed or ("aud" in claims and _is_dated(claims, self._now())))
        )
        if not holds:
            raise InvalidRequestObject(description="The request object is not for this provider, or not now.")

    def _is_now(self, claims: Mapping[str, Any]) -> bool:
        now = self._now()
        begins = [_seconds(claims[name]) for name in ("nbf", "iat") if name in claims]
        ends = _seconds(claims["exp"]) if "exp" in claims else math.inf
        return all(begin <= now + SKEW_SECONDS for begin in begins) and now - SKEW_SECONDS < ends


def _is_dated(claims: Mapping[str, Any], now: int) -> bool:
    """FAPI 2.0 Message Signing §5.3.1: good for an hour at most, and that not long ago."""
    begins, ends = _seconds(claims.get("nbf")), _seconds(claims.get("exp"))
    return now - HOUR - SKEW_SECONDS <= begins and ends <= begins + HOUR + SKEW_SECONDS


def _seconds(value: object) -> float:
    """Return a NumericDate; what is none compares false with everything."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and -(2**53) < value < 2**53 else math.nan  # type: ignore[arg-type, operator]


def _opened(claims: Mapping[str, Any], client: Client) -> OpenedRequest:
    said = {name: value for name, value in claims.items() if name in MEMBERS and value is not None}
    resources = said.pop("resource", [])
    resources = [resources] if isinstance(resources, str) else resources
    if not isinstance(resources, list) or not all(map(_is_text, resources)):
        raise _wrong("resource")
    parameters = {name: _parameter(name, value) for name, value in said.items()}
    parameters["client_id"] = client.client_id
    if resources:
        parameters["resource"] = resources[-1]
    return OpenedRequest({name: value for name, value in parameters.items() if value}, resources)


def _parameter(name: str, value: Any) -> str:
    if name in JSON_MEMBERS and isinstance(value, (dict, list)):
        value = json.dumps(value)
    elif name in NUMBERS and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not _is_text(value):
        raise _wrong(name)
    return str(value)


def _is_text(value: object) -> bool:
    """Whether ``value`` is what a parameter could be: short, with no control character but line ends."""
    return (
        isinstance(value, str)
        and len(value) <= MAX_VALUE
        and all(char.isprintable() or not char.isascii() or char in "\r\n" for char in value)
    )


def _wrong(name: str) -> OAuth2Error:
    return InvalidRequestObject(description=f"The {name} of the request object is not as it should be.")
