"""ID tokens of our own that come back as hints (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2)."""

from typing import Any, NamedTuple

from keys.algorithms import ALGORITHMS
from keys.errors import BadSignature
from keys.foreign_jwt import SECRET_ALGORITHMS, read_foreign_jwt, unverified_claim
from keys.verifier import Verifier
from validators.clients import ClientRegistry
from validators.id_token_ids import grant_of
from validators.readable_secrets import ReadableSecrets


class BadIdTokenHint(Exception):
    """Not an ID token that this provider has given to anybody."""


class IdTokenHint(NamedTuple):
    """What a hint tells. It proves no one's presence: it may have been lying around for years."""

    client_id: str
    """Whom the ID token was given to."""
    sub: str
    """The person, as that client knows them."""
    sid: str | None
    """The sign-in that it came from."""
    expires_at: int
    """NumericDate; a hint is not refused for it."""


class IdTokenHints:
    """Reads them.

    Args:
        issuer: the ``iss`` of our ID tokens.
        verifier: our own signatures, those of retired keys too.
        clients: whose secrets sign ID tokens with HS256, HS384 and HS512.
        secrets: opens those secrets.
    """

    def __init__(
        self, *, issuer: str, verifier: Verifier, clients: ClientRegistry, secrets: ReadableSecrets
    ) -> None:
        self._issuer = issuer
        self._verifier = verifier
        self._clients = clients
        self._secrets = secrets

    def read(self, text: str) -> IdTokenHint:
        """Return what a hint tells, expired or not.

        Raises:
            BadIdTokenHint: changed, signed by somebody else, of another issuer, or another kind of token.
            StoreUnavailable: the database cannot be reached.
        """
        try:
            return self._judged(self._verified(text))
        except BadSignature as error:
            raise BadIdTokenHint(str(error)) from error

    def _verified(self, text: str) -> dict[str, Any]:
        try:
            return self._verifier.verify(text, typ=None, algs=ALGORITHMS)
        except BadSignature:
            client = self._clients.get(unverified_claim(text, "aud"))
            if client is None or client.id_token_alg not in SECRET_ALGORITHMS:
                raise
        return read_foreign_jwt(text, self._secrets.of(client), [client.id_token_alg]).claims

    def _judged(self, claims: dict[str, Any]) -> IdTokenHint:
        client_id, sub, sid, expires_at = (claims.get(name) for name in ("aud", "sub", "sid", "exp"))
        is_ours = claims.get("iss") == self._issuer and grant_of(claims.get("jti")) is not None
        if is_ours and isinstance(client_id, str) and isinstance(sub, str) and isinstance(expires_at, int):
            return IdTokenHint(client_id, sub, sid if isinstance(sid, str) else None, expires_at)
        raise BadSignature("not an ID token of ours")
