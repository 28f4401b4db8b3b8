"""Backchannel authentication requests that clients sign (CIBA Core §7.1.1)."""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from keys.errors import BadSignature, UnknownKey
from keys.foreign_jwt import ASYMMETRIC_ALGORITHMS, ForeignJwt, read_foreign_jwt
from validators.authorization_details import AUTHORIZATION_DETAILS
from validators.backchannel_parameters import PARAMETERS
from validators.client import Client
from validators.client_keys import ClientKeys
from validators.used_assertions import UsedAssertions

KIND = "backchannel-request"
SIGNING_ALG = "backchannel_authentication_request_signing_alg"
MEDIA_TYPES = ("jwt", "oauth-authz-req+jwt")
SKEW_SECONDS = 10
HOUR = 3600
MAX_ID = 255
MAX_VALUE = 16 * 1024
MAX_TIME = 2**53


class BackchannelRequestObjects:
    """Opens them, each once.

    Args:
        issuer: the provider, whom they must be for.
        keys: the public keys of clients.
        used: those that have been used.
        clock: NumericDate.
    """

    def __init__(
        self, *, issuer: str, keys: ClientKeys, used: UsedAssertions, clock: Callable[[], int]
    ) -> None:
        self._issuer = issuer
        self._keys = keys
        self._used = used
        self._now = clock

    def is_required_of(self, client: Client) -> bool:
        """Whether ``client`` signs every request: it has said so, or its profile protects all requests."""
        return SIGNING_ALG in client.metadata or client.profile.requires_pushed

    def open(self, text: str, client: Client) -> dict[str, str | list[str]]:
        """Return the parameters that ``client`` has signed; they are texts, save a list of resources.

        Raises:
            InvalidRequestError: it is not this client's for this provider, not now, or was used before.
            StoreUnavailable: the database cannot be reached.
        """
        try:
            claims = self._verified(text, client).claims
        except BadSignature:
            raise InvalidRequestError(description="The request object does not verify.") from None
        self._require_meant(claims, client)
        parameters = {name: _parameter(name, value) for name, value in claims.items() if name in PARAMETERS}
        expires_at = math.ceil(claims["exp"]) + SKEW_SECONDS
        if not self._used.use(KIND, client.client_id, claims["jti"], expires_at=expires_at):
            raise InvalidRequestError(description="The request object was used before.")
        return parameters

    def _verified(self, text: str, client: Client) -> ForeignJwt:
        registered = client.metadata.get(SIGNING_ALG)
        named = ASYMMETRIC_ALGORITHMS if registered is None else frozenset((registered,))
        algs = frozenset(alg for alg in named if client.profile.allows_alg(alg))
        try:
            token = read_foreign_jwt(text, self._keys.of(client), algs)
        except UnknownKey:
            token = read_foreign_jwt(text, self._keys.of(client, newer=True), algs)
        if token.header.get("typ", "JWT").lower() not in MEDIA_TYPES:
            raise BadSignature("another typ")
        return token

    def _require_meant(self, claims: Mapping[str, Any], client: Client) -> None:
        """§7.1.1: every one of aud, iss, exp, iat, nbf and jti; it lives for an hour, and that is now."""
        audience, jti = claims.get("aud"), claims.get("jti")
        now = self._now()
        begins, ends, made = (_seconds(claims.get(name)) for name in ("nbf", "exp", "iat"))
        holds = (
            self._issuer in (audience if isinstance(audience, list) else [audience])
            and claims.get("iss") == client.client_id
            and claims.get("sub") != client.client_id  # that would be a client assertion
            and isinstance(jti, str)
            and 0 < len(jti) <= MAX_ID
            and made <= now + SKEW_SECONDS
            and now - HOUR - SKEW_SECONDS <= begins <= now + SKEW_SECONDS
            and now - SKEW_SECONDS < ends <= begins + HOUR + SKEW_SECONDS
        )
        if not holds:
            raise InvalidRequestError(description="The request object is not for this provider, or not now.")


def _seconds(value: object) -> float:
    """Return a NumericDate; what is none compares false with everything."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and -MAX_TIME < value < MAX_TIME else math.nan  # type: ignore[arg-type, operator]


def _parameter(name: str, value: Any) -> str | list[str]:
    """Return a parameter as it would have been sent; ``requested_expiry`` may be a number (§7.1.1)."""
    if name == "resource" and isinstance(value, list) and all(map(_is_text, value)):
        return list(value)
    if name == AUTHORIZATION_DETAILS and isinstance(value, list):
        return json.dumps(value)  # RFC 9396 §4
    if name == "requested_expiry" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not _is_text(value):
        raise InvalidRequestError(description=f"The {name} of the request object is not as it should be.")
    return str(value)


def _is_text(value: object) -> bool:
    """Whether ``value`` could have been a parameter: short, and without a control character."""
    return (
        isinstance(value, str)
        and len(value) <= MAX_VALUE
        and all(char.isprintable() or not char.isascii() for char in value)
    )
