"""Tokens that a client exchanges: Paper's own, and JWTs of trusted issuers (RFC 8693 §2.1, §3)."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from keys.errors import BadSignature
from keys.foreign_jwt import ASYMMETRIC_ALGORITHMS, unverified_claim
from keys.verifier import Verifier
from validators.access_tokens import AccessTokens
from validators.actors import Actor, BadActor, read_act
from validators.authorization_details import Detail, stored_details
from validators.client import Client
from validators.foreign_tokens import BadForeignToken, ForeignToken, ForeignTokens
from validators.grants import Clock, GrantRecord, Grants
from validators.id_token_ids import grant_of
from validators.resources import Resources
from validators.scopes import parse_scope
from validators.subjects import Subjects

PREFIX = "urn:ietf:params:oauth:token-type:"
ACCESS_TOKEN = PREFIX + "access_token"
ID_TOKEN = PREFIX + "id_token"
JWT = PREFIX + "jwt"
TOKEN_TYPES = (ACCESS_TOKEN, ID_TOKEN, JWT)


class BadSubjectToken(Exception):
    """A token that this client may not exchange; the text is for the security event."""


class SubjectToken(NamedTuple):
    """What one exchanged token says."""

    identity: Actor
    """Who it is about."""
    expires_at: int
    """NumericDate."""
    scopes: Sequence[str] | None
    """The most that may come of it; ``None``: whatever the client may ask for."""
    record: GrantRecord | None = None
    """The grant it names, if it is Paper's own."""
    audience: str | None = None
    """The resource it is for, if it is an access token."""
    act: dict[str, Any] | None = None
    may_act: object = None
    foreign: ForeignToken | None = None
    """The JWT of a trusted issuer."""
    details: list[Detail] | None = None
    """What in particular was allowed (RFC 9396)."""


class SubjectTokens:
    """Reads them.

    Args:
        issuer: Paper's own.
        grants: of Paper's own ID tokens.
        resources: tell which resource servers may exchange what they have received.
        foreign_tokens: JWTs of trusted issuers.
        subjects: name people as the client knows them.
    """

    def __init__(
        self,
        *,
        issuer: str,
        access_tokens: AccessTokens,
        verifier: Verifier,
        grants: Grants,
        resources: Resources,
        foreign_tokens: ForeignTokens,
        subjects: Subjects,
        clock: Clock,
    ) -> None:
        self._issuer = issuer
        self._access_tokens = access_tokens
        self._verifier = verifier
        self._grants = grants
        self._resources = resources
        self._foreign_tokens = foreign_tokens
        self._subjects = subjects
        self._now = clock

    def read(self, text: str, token_type: str, client: Client) -> SubjectToken:
        """Return what a token says, if ``client`` may exchange it: it was given to it, or sent to it.

        Args:
            text: the token.
            token_type: what the client says that it is, one of ``TOKEN_TYPES``.
            client: who presents it; it has authenticated.

        Raises:
            BadSubjectToken: not a valid one, or not for this client.
            StoreUnavailable: the database cannot be reached.
        """
        try:
            if token_type != ACCESS_TOKEN and unverified_claim(text, "iss") != self._issuer:
                return self._foreign(self._foreign_tokens.read(text, client))
            return self._own_id_token(text, client) if token_type == ID_TOKEN else self._own(text, client)
        except (BadSignature, BadForeignToken, BadActor) as error:
            raise BadSubjectToken(str(error)) from error

    def _own(self, text: str, client: Client) -> SubjectToken:
        checked = self._access_tokens.check(text)
        if checked is None:
            raise BadSubjectToken("no live access token")
        token, record = checked
        if token.client_id != client.client_id and not self._is_sent_to(client, token.audience):
            raise BadSubjectToken("an access token of another client, for another resource")
        return SubjectToken(
            Actor(self._issuer, token.subject or token.client_id, token.client_id),
            token.expires_at,
            token.scopes,
            record=record,
            audience=token.audience,
            act=token.actor,
            details=token.authorization_details,
        )

    def _own_id_token(self, text: str, client: Client) -> SubjectToken:
        claims = self._verifier.verify(text, typ=None, algs=ASYMMETRIC_ALGORITHMS)
        grant_id = grant_of(claims.get("jti"))
        if claims.get("iss") != self._issuer or claims.get("aud") != client.client_id or grant_id is None:
            raise BadSubjectToken("an ID token of another client")
        record = self._grants.find(grant_id)
        if record is None or not record.is_usable or record.client_id != client.client_id:
            raise BadSubjectToken("an ID token of a grant that has ended")
        expires_at = min(int(claims["exp"]), record.expires_at)
        if expires_at <= self._now():
            raise BadSubjectToken("expired")
        identity = Actor(self._issuer, self._subjects.of(client, str(record.user_id)), client.client_id)
        details = stored_details(record.authorization_details)
        return SubjectToken(identity, expires_at, record.scopes, record=record, details=details)

    def _foreign(self, token: ForeignToken) -> SubjectToken:
        return SubjectToken(
            Actor(token.trust.issuer, token.subject),
            token.expires_at,
            _foreign_scopes(token.trust.scope, token.claims.get("scope")),
            act=read_act(token.claims.get("act")),
            may_act=token.claims.get("may_act"),
            foreign=token,
        )

    def _is_sent_to(self, client: Client, audience: str) -> bool:
        """Whether ``client`` is one of the resource's own servers; one that may ask for its tokens is not."""
        target = self._resources.find(audience)
        return target is not None and client.client_id in target.server_ids


def _foreign_scopes(ceiling: Collection[str] | None, claim: object) -> Sequence[str] | None:
    """Return what the operator grants to JWTs of an issuer, of that what the JWT itself is good for."""
    if claim is None:
        return None if ceiling is None else sorted(ceiling)
    words = parse_scope(claim) if isinstance(claim, str) else None
    if words is None:
        raise BadForeignToken("a malformed scope")
    return [word for word in words if ceiling is None or word in ceiling]
