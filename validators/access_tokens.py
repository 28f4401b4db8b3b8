"""Access tokens: issued, never stored, and checked by one read (RFC 6750, RFC 9068).

Opaque tokens are their own claims, sealed with AES-GCM; JWTs are signed. Both name their grant; alive means
that the grant is, and that the token was not revoked by itself. A token that a client has for itself names
no grant: alive means that the client is.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from keys import base64url
from keys.errors import BadSeal, BadSignature
from keys.sealed import Sealer
from keys.signer import Signer
from keys.verifier import Verifier
from validators.authorization_details import Detail
from validators.grants import Clock, GrantRecord, Grants
from validators.live_clients import LiveClients
from validators.resources import TokenTarget
from validators.subjects import Subjects

JWT = "jwt"
JWT_TYPE = "at+jwt"
JWT_ALG = "ES256"
JWT_MEMBERS = frozenset({"jti", "client_id", "sub", "aud", "scope", "iat", "exp"})
JWT_KINDS: dict[str, type] = {
    **dict.fromkeys(("jti", "client_id", "sub", "aud", "scope", "grant_id", "sector"), str),
    **dict.fromkeys(("iat", "exp"), int),
    **dict.fromkeys(("act", "cnf"), dict),
    "authorization_details": list,
    "exchanged": bool,
}
ID_BYTES = 16
MAX_LENGTH = 16 * 1024
"""More than a token has with scope, details, actors and audience all at their longest."""
NO_GRANT = b""
_encode = json.JSONEncoder(separators=(",", ":")).encode


class AccessToken(NamedTuple):
    """What an access token says; times are NumericDate."""

    jti: bytes
    grant_id: bytes
    """Empty where the client acts for itself."""
    client_id: str
    subject: str | None
    scope: str
    audience: str
    issued_at: int
    expires_at: int
    actor: dict[str, Any] | None = None
    """Who acts for the subject (RFC 8693 §4.1)."""
    confirmation: dict[str, Any] | None = None
    """The key that must be proven (RFC 7800 §3.1)."""
    is_exchanged: bool = False
    """Whether another client than the grant's holds it."""
    authorization_details: list[Detail] | None = None
    """What in particular it may be used for (RFC 9396 §9.1)."""
    sector: str | None = None
    """The sector in which ``subject`` is a pairwise identifier; ``None``: it is the public one."""

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
        self,
        *,
        issuer: str,
        sealer: Sealer,
        signer: Signer,
        verifier: Verifier,
        grants: Grants,
        live_clients: LiveClients,
        subjects: Subjects,
        clock: Clock,
    ) -> None:
        self._issuer = issuer
        self._sealer = sealer
        self._signer = signer
        self._verifier = verifier
        self._grants = grants
        self._live_clients = live_clients
        self._subjects = subjects
        self._now = clock

    def issue(
        self,
        target: TokenTarget,
        *,
        client_id: str,
        record: GrantRecord | None,
        scopes: Sequence[str],
        expires_at: int,
        subject: str | None = None,
        actor: dict[str, Any] | None = None,
        confirmation: dict[str, Any] | None = None,
        details: list[Detail] | None = None,
        sector: str | None = None,
    ) -> str:
        """Return a new access token.

        Args:
            target: what it is for, which also says its format.
            client_id: who gets it.
            record: the grant it belongs to; ``None``: the client acts for itself.
            scopes: what it may be used for.
            expires_at: its end, no later than the grant's.
            subject: whom it speaks of, where there is no grant to say; by default the client itself.
            actor: who acts for the subject, in an exchanged token.
            confirmation: the key it is bound to.
            details: what in particular it may be used for.
            sector: where the client's subjects are pairwise; ``None``: nowhere.
        """
        user_id = record.user_id if record else None
        token = AccessToken(
            jti=secrets.token_bytes(16),
            grant_id=record.id if record else NO_GRANT,
            client_id=client_id,
            subject=self._subject(record, sector) if record else subject if subject != client_id else None,
            scope=" ".join(scopes),
            audience=target.audience,
            issued_at=self._now(),
            expires_at=expires_at,
            actor=actor,
            confirmation=confirmation,
            authorization_details=details,
            is_exchanged=(record.client_id if record else subject or client_id) != client_id,
            sector=None if user_id is None else sector,
        )
        return self._as_jwt(token, record) if target.token_format == JWT else self._as_opaque(token)

    def check(self, text: str) -> tuple[AccessToken, GrantRecord | None] | None:
        """Return the token and its grant, or ``None`` when it is not or no longer a valid one.

        One read, and one more for an exchanged token, which ends with either client (RFC 8693). Subject,
        scope and end are compared with the grant: a token never outlives it nor says more than it. What the
        grant's client asked for by ``claims`` is nothing to the client of an exchanged token.
        """
        token = self.read(text)
        if token is None or token.expires_at <= self._now():
            return None
        if token.grant_id == NO_GRANT:
            return (token, None) if self._are_live(token.client_id, token.subject, token.jti) else None
        record = self._grants.find(token.grant_id, token.jti)
        if record is None or not record.is_usable or record.revoked_jti is not None:
            return None
        if token.subject != self._subject(record, token.sector):
            return None
        if (token.client_id != record.client_id) != token.is_exchanged:
            return None
        if record.expires_at <= self._now() or not set(token.scopes) <= set(record.scopes):
            return None
        if not token.is_exchanged:
            return token, record
        is_live = self._live_clients.is_live(token.client_id, token.jti)
        return (token, record._replace(claims=None)) if is_live else None

    def _are_live(self, client_id: str, subject: str | None, jti: bytes) -> bool:
        """Whether a client, and another one that it speaks of, exist."""
        is_live = self._live_clients.is_live
        return is_live(client_id, jti) and (subject is None or is_live(subject, jti))

    def _subject(self, record: GrantRecord, sector: str | None) -> str | None:
        """Return the ``sub`` of the person of a grant, if there is one."""
        return None if record.user_id is None else self._subjects.in_sector(sector, record.user_id)

    def is_for_paper(self, token: AccessToken) -> bool:
        """Whether the token may be used at Paper itself."""
        return token.audience == self._issuer

    def read(self, text: str) -> AccessToken | None:
        """Return what a token made here says, whether it is still good or not; ``None`` for any other."""
        if len(text) > MAX_LENGTH:
            return None
        return self._from_jwt(text) if "." in text else self._from_opaque(text)

    def _as_opaque(self, token: AccessToken) -> str:
        said = {name: value for name, value in token._asdict().items() if value}
        head = said.pop("jti") + said.pop("grant_id", NO_GRANT).ljust(16, b"\0")
        return self._sealer.seal_text(head + _encode(said).encode())

    def _from_opaque(self, text: str) -> AccessToken | None:
        try:
            raw = self._sealer.open_text(text)
        except BadSeal:
            return None
        grant_id = NO_GRANT if raw[16:32] == bytes(16) else raw[16:32]
        said = {"subject": None, "scope": "", **json.loads(raw[32:])}
        return AccessToken(jti=raw[:16], grant_id=grant_id, **said)

    def _as_jwt(self, token: AccessToken, record: GrantRecord | None) -> str:
        claims = {
            "iss": self._issuer,
            "aud": token.audience,
            "sub": token.subject or token.client_id,
            "client_id": token.client_id,
            "scope": token.scope,
            "iat": token.issued_at,
            "exp": token.expires_at,
            "jti": base64url.encode(token.jti),
            "grant_id": base64url.encode(token.grant_id) or None,
            "auth_time": record.auth_time if record else None,
            "acr": record.acr if record else None,
            "amr": record.amr.split() if record and record.amr else None,
            "act": token.actor,
            "cnf": token.confirmation,
            "authorization_details": token.authorization_details,
            "exchanged": token.is_exchanged or None,
            "sector": token.sector,
        }
        said = {name: value for name, value in claims.items() if value is not None}
        return self._signer.sign(said, alg=JWT_ALG, typ=JWT_TYPE)

    def _from_jwt(self, text: str) -> AccessToken | None:
        try:
            claims = self._verifier.verify(text, typ=JWT_TYPE, algs=(JWT_ALG,))
        except BadSignature:
            return None
        if claims.get("iss") != self._issuer or not _is_made_here(claims):
            return None
        grant_id = base64url.decode(claims.get("grant_id", ""))
        return AccessToken(
            jti=base64url.decode(claims["jti"]),
            grant_id=grant_id,
            client_id=claims["client_id"],
            subject=claims["sub"] if grant_id or claims.get("exchanged") else None,
            scope=claims["scope"],
            audience=claims["aud"],
            issued_at=claims["iat"],
            expires_at=claims["exp"],
            actor=claims.get("act"),
            confirmation=claims.get("cnf"),
            authorization_details=claims.get("authorization_details"),
            is_exchanged=claims.get("exchanged", False),
            sector=claims.get("sector"),
        )


def _is_made_here(claims: Mapping[str, Any]) -> bool:
    """Whether ``_as_jwt`` could have made ``claims``: a key brought from elsewhere has signed others.

    A token that names no grant here speaks of a client, never of somebody else's person.
    """
    if not claims.keys() >= JWT_MEMBERS:
        return False
    if not all(isinstance(claims[name], kind) for name, kind in JWT_KINDS.items() if name in claims):
        return False
    speaks_of_client = claims["sub"] == claims["client_id"] or claims.get("exchanged", False)
    return _is_id(claims["jti"]) and (
        _is_id(claims["grant_id"]) if "grant_id" in claims else speaks_of_client
    )


def _is_id(text: str) -> bool:
    try:
        return len(base64url.decode(text)) == ID_BYTES
    except ValueError:
        return False
