"""JWTs of trusted issuers, judged by what they claim (RFC 7523 §3, RFC 7521 §5.2)."""

import math
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from keys.errors import BadSignature
from keys.foreign_jwt import unverified_claim
from validators.assertion_subjects import EMAIL, AssertionSubjects
from validators.client import Client
from validators.grants import Clock
from validators.jwk_sets import JwkSets
from validators.trusted_issuers import Trust, TrustedIssuers
from validators.trusted_jwts import read_trusted_jwt

SKEW_SECONDS = 10
MAX_CLAIM = 255
MAX_TIME = 2**53


class BadForeignToken(Exception):
    """A JWT that is not believed; the text is for the security event, not for the caller."""


class ExpiredForeignToken(BadForeignToken):
    """A JWT that was believed, once."""


class ForeignToken(NamedTuple):
    """What a believed JWT says."""

    trust: Trust
    claims: dict[str, Any]
    subject: str
    """Its ``sub``."""
    expires_at: int
    """NumericDate."""


class ForeignTokens:
    """Reads JWTs of trusted issuers.

    Args:
        trusted_issuers: whose.
        jwk_sets: the keys of those who publish them.
        subjects: the people here.
        audiences: the provider's own names: its issuer and its token endpoint.
        clock: NumericDate.
    """

    def __init__(
        self,
        *,
        trusted_issuers: TrustedIssuers,
        jwk_sets: JwkSets,
        subjects: AssertionSubjects,
        audiences: Collection[str],
        clock: Clock,
    ) -> None:
        self._trusted_issuers = trusted_issuers
        self._jwk_sets = jwk_sets
        self._subjects = subjects
        self._audiences = frozenset(audiences)
        self._now = clock

    def read(self, text: str, client: Client) -> ForeignToken:
        """Return what a JWT says that ``client`` presents; nothing is written.

        Raises:
            BadForeignToken: it is not believed, or not from this client.
            StoreUnavailable: the database cannot be reached.
        """
        try:
            trust = self._trusted_issuers.find(unverified_claim(text, "iss"))
            if trust is None or not trust.admits(client):
                raise BadForeignToken("the issuer is not trusted")
            token = read_trusted_jwt(text, trust, self._jwk_sets)
        except BadSignature as error:
            raise BadForeignToken(str(error)) from error
        claims = token.claims
        audience = claims.get("aud")
        if not isinstance(audience, str) or audience not in self._audiences | trust.audiences:
            raise BadForeignToken("made out to somebody else, or to more than one")
        return ForeignToken(trust, claims, text_claim(claims, "sub"), self._checked_times(claims))

    def person_of(self, token: ForeignToken) -> str:
        """Return the ``sub`` of the person here whom a believed JWT names.

        Raises:
            BadForeignToken: there is none, or they are disabled, or the address is not known to be theirs.
            StoreUnavailable: the database cannot be reached.
        """
        trust, claims = token.trust, token.claims
        if (
            trust.subject == EMAIL
            and trust.subject_claim == EMAIL
            and claims.get("email_verified") is not True
        ):
            raise BadForeignToken("the address is not verified")
        user_id = self._subjects.find(trust.subject, text_claim(claims, trust.subject_claim))
        if user_id is None:
            raise BadForeignToken("nobody here is meant")
        return user_id

    def _checked_times(self, claims: Mapping[str, Any]) -> int:
        now = self._now()
        expires_at = _time(claims, "exp")
        if expires_at is None or expires_at <= now:
            raise ExpiredForeignToken("expired")
        if any((_time(claims, name) or 0) > now + SKEW_SECONDS for name in ("nbf", "iat")):
            raise BadForeignToken("not valid yet")
        return expires_at


def text_claim(claims: Mapping[str, Any], name: str) -> str:
    """Return a claim that must be a text of 1 to 255 characters.

    Raises:
        BadForeignToken: it is not.
    """
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= MAX_CLAIM:
        raise BadForeignToken(f"no {name}, or not a text of at most {MAX_CLAIM} characters")
    return value


def _time(claims: Mapping[str, Any], name: str) -> int | None:
    """Return a NumericDate in whole seconds (RFC 7519 §2)."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < MAX_TIME:
        raise BadForeignToken(f"{name} is no time")
    return math.floor(value)
