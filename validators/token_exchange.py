"""Which token a client gets for another one, and never more than that was good for (RFC 8693)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, InvalidScopeError

from validators.access_tokens import AccessTokens
from validators.actors import Actor, BadActor, act_claim, require_may_act
from validators.authorization_details import Detail, details_at
from validators.client import Client
from validators.direct_grants import DirectGrants
from validators.errors import InvalidTargetError
from validators.events import Report
from validators.foreign_tokens import BadForeignToken, ForeignTokens
from validators.grants import OFFLINE_ACCESS, Clock
from validators.policy import GrantPolicy
from validators.requested_details import RequestedDetails
from validators.resources import Resources, TokenTarget
from validators.scopes import OPENID_SCOPES, default_scopes
from validators.subject_tokens import BadSubjectToken, SubjectToken, SubjectTokens


class Presented(NamedTuple):
    """A token and what the client says that it is."""

    token: str
    token_type: str


class ExchangeRequest(NamedTuple):
    """What a client asks for."""

    subject: Presented
    actor: Presented | None
    targets: Sequence[str]
    scopes: Sequence[str]
    """Empty: not said."""
    must_be_jwt: bool
    """Whether a JWT was asked for, whatever the resource prefers."""
    confirmation: dict[str, Any] | None = None
    """The key that the new token is bound to (RFC 7800 §3.1)."""


class ExchangedToken(NamedTuple):
    """What it gets."""

    access_token: str
    expires_in: int
    scopes: list[str]
    details: list[Detail] | None


class Accepted(NamedTuple):
    """Whom the new token is about, and who acts."""

    subject: SubjectToken
    actor: Actor | None
    act: dict[str, Any] | None
    user_id: str | None
    """The person here, where a trusted issuer speaks of one."""


class TokenExchange:
    """Exchanges tokens.

    Args:
        issuer: Paper's own.
        subject_tokens: read what is presented.
        foreign_tokens: know the people of trusted issuers.
        direct_grants: keep what comes of a JWT of a trusted issuer.
    """

    def __init__(
        self,
        *,
        issuer: str,
        subject_tokens: SubjectTokens,
        foreign_tokens: ForeignTokens,
        access_tokens: AccessTokens,
        direct_grants: DirectGrants,
        resources: Resources,
        details: RequestedDetails,
        policy: GrantPolicy,
        clock: Clock,
        report: Report,
    ) -> None:
        self._issuer = issuer
        self._subject_tokens = subject_tokens
        self._foreign_tokens = foreign_tokens
        self._access_tokens = access_tokens
        self._direct_grants = direct_grants
        self._resources = resources
        self._details = details
        self._policy = policy
        self._now = clock
        self._report = report

    def exchange(self, asked: ExchangeRequest, client: Client) -> ExchangedToken:
        """Return a new token for ``client``, which has authenticated and may exchange tokens.

        Raises:
            InvalidRequestError: a token is not valid or not for this client to exchange (§2.2.2).
            InvalidTargetError: the client may not have a token for that.
            InvalidScopeError: more was asked than the subject's token is good for.
            StoreUnavailable: the database cannot be reached.
        """
        accepted = self._accepted(asked, client)
        target = self._target(asked, accepted.subject, client)
        scopes = _scopes(asked.scopes, accepted.subject, target, client)
        token = self._issued(accepted, target, scopes, client, asked.confirmation)
        self._report(
            "token_exchanged",
            client_id=client.client_id,
            subject=accepted.subject.identity.subject,
            actor=accepted.actor.subject if accepted.actor else None,
            audience=target.audience,
        )
        return token

    def _accepted(self, asked: ExchangeRequest, client: Client) -> Accepted:
        try:
            subject = self._subject_tokens.read(*asked.subject, client)
            actor = self._actor(asked.actor, client)
            acting = actor or Actor(self._issuer, client.client_id, client.client_id)
            require_may_act(subject.may_act, acting, issuers=(subject.identity.issuer, self._issuer))
            act = act_claim(actor, subject.act, own_issuer=self._issuer)
            user_id = self._foreign_tokens.person_of(subject.foreign) if subject.foreign else None
        except (BadSubjectToken, BadForeignToken, BadActor) as error:
            self._report("token_exchange_refused", client_id=client.client_id, reason=str(error))
            raise InvalidRequestError(description="A token is not acceptable here.") from error
        return Accepted(subject, actor, act, user_id)

    def _issued(
        self,
        accepted: Accepted,
        target: TokenTarget,
        scopes: list[str],
        client: Client,
        confirmation: dict[str, Any] | None,
    ) -> ExchangedToken:
        """Sign the token; what comes of a JWT of a trusted issuer begins a grant, which is then stored."""
        subject, now = accepted.subject, self._now()
        details = self._details_for(subject, target, client)
        if subject.details and not details and not scopes:
            raise InvalidTargetError(description="Nothing that was allowed is for that resource.")
        seconds = target.token_seconds or self._policy.access_token_seconds
        record, expires_at = subject.record, min(subject.expires_at, now + seconds)
        if record is not None:
            expires_at = min(expires_at, record.expires_at)
        elif accepted.user_id is not None:
            record = self._direct_grants.new(
                client_id=client.client_id,
                user_id=accepted.user_id,
                scope=" ".join(scopes),
                resource="" if target.audience == self._issuer else target.audience,
            )
        access_token = self._access_tokens.issue(
            target,
            client_id=client.client_id,
            record=record,
            subject=subject.identity.subject,
            scopes=scopes,
            expires_at=expires_at,
            actor=accepted.act,
            confirmation=confirmation,
            details=details,
            sector=client.sector_identifier,
        )
        if record is not None and subject.record is None:
            self._direct_grants.store(record, expires_at=expires_at)
        return ExchangedToken(access_token, expires_at - now, scopes, details)

    def _details_for(self, subject: SubjectToken, target: TokenTarget, client: Client) -> list[Detail] | None:
        """Return those of the subject's authorization details that are for the target."""
        if target.audience == self._issuer != subject.audience:
            return None
        given = self._details.still_given(subject.details, client)
        return details_at(given, target.audience, issuer=self._issuer)

    def _actor(self, presented: Presented | None, client: Client) -> Actor | None:
        """Return who shall act; a token that already has an actor stands for two.

        Of Paper's own tokens only one given to this client names it: another's would put words in its mouth.
        """
        if presented is None:
            return None
        token = self._subject_tokens.read(*presented, client)
        if token.act is not None:
            raise BadActor("the actor is acted for")
        if token.foreign is None and token.identity.client_id != client.client_id:
            raise BadActor("a token of another client")
        return token.identity

    def _target(self, asked: ExchangeRequest, subject: SubjectToken, client: Client) -> TokenTarget:
        """Return what the token is for: the same as the subject's, or what an operator lets this client."""
        if len(asked.targets) > 1:
            raise InvalidTargetError(description="Name one resource for each token.")
        uri = asked.targets[0] if asked.targets else subject.audience
        if uri is None:
            raise InvalidTargetError(description="Name the resource that the token is for.")
        if uri != subject.audience and uri not in client.exchange_audiences:
            raise InvalidTargetError
        target = self._resources.require(uri, client)
        if uri == self._issuer != subject.audience and subject.record is not None:
            # What people allowed elsewhere is no permission here, save what they tell of themselves.
            target = target._replace(scopes=frozenset(OPENID_SCOPES))
        return target._replace(token_format="jwt") if asked.must_be_jwt else target  # noqa: S106 - a format


def _scopes(asked: Sequence[str], subject: SubjectToken, target: TokenTarget, client: Client) -> list[str]:
    """Return the scope of the new token: no wider than the subject's, nor than the client's own.

    Raises:
        InvalidScopeError: more was asked, or nothing is left.
    """
    own = client.scope
    if own is None and subject.foreign is not None:
        own = target.scopes.union(OPENID_SCOPES)
    available = default_scopes(client, target.scopes) if subject.scopes is None else subject.scopes
    allowed = frozenset(subject.scopes if subject.scopes is not None else own or ()) - {OFFLINE_ACCESS}
    if own is not None:
        allowed &= own
    if not allowed.issuperset(asked):
        raise InvalidScopeError
    scopes = target.narrowed(asked or [scope for scope in available if scope in allowed])
    if not scopes and (asked or available):
        raise InvalidScopeError
    return scopes
