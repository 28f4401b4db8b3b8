"""Logout tokens, signed and encrypted as ID tokens of the same client are (Back-Channel Logout §2.4)."""

import secrets
from collections.abc import Callable

from keys import base64url
from keys.logout_token import TYP, logout_token_claims
from validators.client import Client
from validators.client_jwts import ClientJwts
from validators.login_sessions import sid_of
from validators.subjects import Subjects

JTI_BYTES = 16


class LogoutTokens:
    """Makes them.

    Args:
        issuer: their ``iss``.
        jwts: makes JWTs for clients.
        subjects: people as clients know them.
        clock: NumericDate.
    """

    def __init__(
        self, *, issuer: str, jwts: ClientJwts, subjects: Subjects, clock: Callable[[], int]
    ) -> None:
        self._issuer = issuer
        self._jwts = jwts
        self._subjects = subjects
        self._now = clock

    def make(self, client: Client, *, user_id: str, login_session_id: bytes) -> str:
        """Return a new logout token that tells ``client`` of the end of one sign-in of a person.

        Raises:
            UnknownAlgorithm: no key signs with the client's algorithm.
            NoEncryptionKey: it must be encrypted, and the client has no key for that.
            StoreUnavailable: the database cannot be reached.
        """
        claims = logout_token_claims(
            iss=self._issuer,
            sub=self._subjects.of(client, user_id),
            aud=client.client_id,
            sid=sid_of(login_session_id),
            jti=base64url.encode(secrets.token_bytes(JTI_BYTES)),
            now=self._now(),
        )
        return self._jwts.make(
            claims, client, alg=client.id_token_alg, encryption=client.id_token_encryption, typ=TYP
        )
