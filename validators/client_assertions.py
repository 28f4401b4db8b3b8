"""Clients that prove themselves by a signed JWT (RFC 7523 §2.2, §3, OpenID Connect Core §9)."""

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal, NamedTuple

from keys.algorithms import ALGORITHMS
from keys.errors import BadSignature, UnknownKey
from keys.foreign_jwt import SECRET_ALGORITHMS, ForeignJwt, read_foreign_jwt, unverified_claim
from validators.auth_methods import CLIENT_SECRET_JWT, PRIVATE_KEY_JWT
from validators.client import Client
from validators.client_keys import ClientKeys
from validators.readable_secrets import ReadableSecrets
from validators.used_assertions import UsedAssertions

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KIND = "client_assertion"
TYPES = ("jwt", "client-authentication+jwt")
SKEW_SECONDS = 10
MAX_AHEAD_SECONDS = 3600
MAX_JTI = 255
Audience = Literal["both", "issuer"]


class ProvenAssertion(NamedTuple):
    """An assertion that holds for its client; it has yet to be used up."""

    jti: str
    expires_at: int


class ClientAssertions:
    """Judges client assertions.

    An assertion must be for this provider alone: ``aud`` is one plain string. It may end at most one hour
    ahead, which is what common clients ask for, and is good for one use.

    Args:
        issuer: the audience that is always right.
        token_endpoints: audiences that are right too, unless the rule or the client's profile is stricter.
        audience: the rule for clients without a stricter profile.
        keys: the public keys of clients.
        secrets: the secrets of clients that sign with them.
        used: what has been used up.
        clock: NumericDate.
    """

    def __init__(
        self,
        *,
        issuer: str,
        token_endpoints: Collection[str],
        audience: Audience,
        keys: ClientKeys,
        secrets: ReadableSecrets,
        used: UsedAssertions,
        clock: Callable[[], int],
    ) -> None:
        self._issuer = issuer
        self._audiences = frozenset((issuer, *token_endpoints))
        self._is_strict = audience == "issuer"
        self._keys = keys
        self._secrets = secrets
        self._used = used
        self._now = clock

    def claimed_client(self, assertion: str) -> str | None:
        """Return whom an assertion claims to be from; nothing is proven yet."""
        try:
            return unverified_claim(assertion, "sub")
        except BadSignature:
            return None

    def prove(self, assertion: str, client: Client, endpoint: str = "") -> ProvenAssertion | None:
        """Return what must be used up if the assertion holds for ``client``, else ``None``.

        Args:
            assertion: what was sent.
            client: whom it claims to be from.
            endpoint: the address it was sent to, if that is an audience of its own (RFC 9126 §2).
        """
        try:
            token = self._verified(assertion, client)
        except BadSignature:
            return None
        claims, now = token.claims, self._now()
        jti, expires_at = claims.get("jti"), _time(claims.get("exp"))
        if not isinstance(jti, str) or not 0 < len(jti) <= MAX_JTI or expires_at is None:
            return None
        holds = (
            token.header.get("typ", "JWT").lower() in TYPES
            and claims.get("iss") == claims.get("sub") == client.client_id
            and self._is_for_us(claims.get("aud"), client, endpoint)
            and now - SKEW_SECONDS < expires_at <= now + MAX_AHEAD_SECONDS + SKEW_SECONDS
            and all(_has_begun(claims, name, now) for name in ("nbf", "iat"))
        )
        return ProvenAssertion(jti, expires_at + SKEW_SECONDS) if holds else None

    def use(self, proven: ProvenAssertion, client: Client) -> bool:
        """Use it up; false when that has been done before, by whatever process (RFC 7523 §3).

        Raises:
            StoreUnavailable: nothing was used up.
        """
        return self._used.use(KIND, client.client_id, proven.jti, expires_at=proven.expires_at)

    def _verified(self, assertion: str, client: Client) -> ForeignJwt:
        algs = _algorithms(client)
        if client.token_endpoint_auth_method == CLIENT_SECRET_JWT:
            return read_foreign_jwt(assertion, self._secrets.of(client), algs)
        try:
            return read_foreign_jwt(assertion, self._keys.of(client), algs)
        except UnknownKey:
            return read_foreign_jwt(assertion, self._keys.of(client, newer=True), algs)

    def _is_for_us(self, audience: Any, client: Client, endpoint: str) -> bool:
        if self._is_strict or client.profile.has_issuer_audience:
            return bool(audience == self._issuer)
        return isinstance(audience, str) and audience in {*self._audiences, endpoint} - {""}


def _algorithms(client: Client) -> Collection[str]:
    """Return what this client may sign with: what it has registered, or what fits its kind of key."""
    fitting = {PRIVATE_KEY_JWT: tuple(ALGORITHMS), CLIENT_SECRET_JWT: tuple(SECRET_ALGORITHMS)}
    allowed = fitting.get(client.token_endpoint_auth_method, ())
    allowed = tuple(alg for alg in allowed if client.profile.allows_alg(alg))
    registered = client.metadata.get("token_endpoint_auth_signing_alg")
    return allowed if registered is None else tuple(alg for alg in allowed if alg == registered)


def _time(value: Any) -> int | None:
    """Return a NumericDate (RFC 7519 §2) in whole seconds, ``None`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 2**53:
        return None
    return math.floor(value)


def _has_begun(claims: Mapping[str, Any], name: str, now: int) -> bool:
    if name not in claims:
        return True
    moment = _time(claims[name])
    return moment is not None and moment <= now + SKEW_SECONDS
