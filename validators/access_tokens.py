"""Access tokens: issued, never stored, and checked by one read of their grant (RFC 6750, RFC 9068).

A token for Paper itself is opaque, its claims sealed with AES-GCM, unless the client asks for a JWT. Both
name their grant; alive means that the grant is, and that the token was not revoked by itself.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from keys import base64url
from keys.errors import BadSeal, BadSignature
from keys.sealed import Sealer
from keys.signer import Signer
from keys.verifier import Verifier
from validators.grants import Clock, GrantRecord, Grants

JWT = "jwt"
JWT_TYPE = "at+jwt"
JWT_ALG = "ES256"
JWT_MEMBERS = frozenset({"jti", "grant_id", "client_id", "sub", "scope", "iat", "exp"})
MAX_LENGTH = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """What an access token says; times are NumericDate."""

    jti: bytes
    grant_id: bytes
    client_id: str
    subject: str | None
    scope: str
    issued_at: int
    expires_at: int

    @property
    def scopes(self) -> list[str]:
        """Scope values of this token."""
        return self.scope.split()


class AccessTokens:
    """Issues and checks access tokens.

    Args:
        issuer: the issuer, also the audience of tokens for Paper itself.
        sealer: seals opaque tokens, bound to the issuer.
    """

    def __init__(
        self, *, issuer: str, sealer: Sealer, signer: Signer, verifier: Verifier, grants: Grants, clock: Clock
    ) -> None:
        self._issuer = issuer
        self._sealer = sealer
        self._signer = signer
        self._verifier = verifier
        self._grants = grants
        self._now = clock

    def issue(self, record: GrantRecord, *, scopes: Sequence[str], expires_at: int, token_format: str) -> str:
        """Return a new access token of ``record``; ``token_format`` is ``opaque`` or ``jwt``."""
        token = AccessToken(
            jti=secrets.token_bytes(16),
            grant_id=record.id,
            client_id=record.client_id,
            subject=record.user_id,
            scope=" ".join(scopes),
            issued_at=self._now(),
            expires_at=expires_at,
        )
        return self._as_jwt(token, record) if token_format == JWT else self._as_opaque(token)

    def check(self, text: str) -> tuple[AccessToken, GrantRecord] | None:
        """Return the token and its grant, or ``None`` when it is not, no longer or not here a valid one.

        One read. Subject, scope and end are compared with the grant: a token never outlives it nor says
        more than it.
        """
        token = self.read(text)
        if token is None or token.expires_at <= self._now():
            return None
        record = self._grants.find(token.grant_id, token.jti)
        if record is None or not record.is_usable or record.revoked_jti is not None:
            return None
        if (token.client_id, token.subject) != (record.client_id, record.user_id):
            return None
        if record.expires_at <= self._now() or not set(token.scopes) <= set(record.scopes):
            return None
        return token, record

    def read(self, text: str) -> AccessToken | None:
        """Return what a token made here says, whether it is still good or not; ``None`` for any other."""
        if len(text) > MAX_LENGTH:
            return None
        return self._from_jwt(text) if "." in text else self._from_opaque(text)

    def _as_opaque(self, token: AccessToken) -> str:
        fields = [token.client_id, token.subject, token.scope, token.issued_at, token.expires_at]
        return self._sealer.seal_text(token.jti + token.grant_id + json.dumps(fields).encode())

    def _from_opaque(self, text: str) -> AccessToken | None:
        try:
            raw = self._sealer.open_text(text)
        except BadSeal:
            return None
        client_id, subject, scope, issued_at, expires_at = json.loads(raw[32:])
        return AccessToken(
            jti=raw[:16],
            grant_id=raw[16:32],
            client_id=client_id,
            subject=subject,
            scope=scope,
            issued_at=issued_at,
            expires_at=expires_at,
        )

    def _as_jwt(self, token: AccessToken, record: GrantRecord) -> str:
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._issuer,
            "sub": token.subject or token.client_id,
            "client_id": token.client_id,
            "scope": token.scope,
            "iat": token.issued_at,
            "exp": token.expires_at,
            "jti": base64url.encode(token.jti),
            "grant_id": base64url.encode(token.grant_id),
        }
        for name, value in (("auth_time", record.auth_time), ("acr", record.acr)):
            if value is not None:
                claims[name] = value
        if record.amr:
            claims["amr"] = record.amr.split()
        return self._signer.sign(claims, alg=JWT_ALG, typ=JWT_TYPE)

    def _from_jwt(self, text: str) -> AccessToken | None:
        try:
            claims = self._verifier.verify(text, typ=JWT_TYPE, algs=(JWT_ALG,))
        except BadSignature:
            return None
        if claims.get("iss") != self._issuer or claims.get("aud") != self._issuer:
            return None
        if not claims.keys() >= JWT_MEMBERS:
            return None  # signed here by a key that was brought from elsewhere
        return AccessToken(
            jti=base64url.decode(claims["jti"]),
            grant_id=base64url.decode(claims["grant_id"]),
            client_id=claims["client_id"],
            subject=claims["sub"],
            scope=claims["scope"],
            issued_at=claims["iat"],
            expires_at=claims["exp"],
        )
