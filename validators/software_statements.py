"""Software statements: what somebody trusted says of the software that registers (RFC 7591 §2.3)."""

from collections.abc import Callable, Mapping
from typing import Any

from keys.errors import BadSignature
from keys.foreign_jwt import unverified_claim
from validators.jwk_sets import JwkSets
from validators.metadata_values import InvalidClientMetadata
from validators.numeric_dates import numeric_date
from validators.trusted_issuers import TrustedIssuers
from validators.trusted_jwts import read_trusted_jwt

MEMBER = "software_statement"
SKEW_SECONDS = 10
JWT_CLAIMS = frozenset(("iss", "sub", "aud", "exp", "nbf", "iat", "jti"))


class SoftwareStatements:
    """Believes those of issuers that an operator trusts for software.

    Args:
        trusted_issuers: whose.
        jwk_sets: the keys of those who publish them.
        clock: NumericDate.
    """

    def __init__(self, trusted_issuers: TrustedIssuers, jwk_sets: JwkSets, clock: Callable[[], int]) -> None:
        self._trusted_issuers = trusted_issuers
        self._jwk_sets = jwk_sets
        self._now = clock

    def merged(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return a metadata document in which the claims of its statement go before its own members.

        Raises:
            InvalidClientMetadata: ``invalid_software_statement`` for what is no good JWT of its issuer,
                ``unapproved_software_statement`` for that of another (RFC 7591 §3.2.2).
            StoreUnavailable: the database cannot be reached.
        """
        statement = document.get(MEMBER)
        if statement is None:
            return dict(document)
        claims = self._believed(statement)
        said = {name: value for name, value in claims.items() if name not in JWT_CLAIMS | {MEMBER}}
        return {**document, **said}

    def _believed(self, statement: Any) -> Mapping[str, Any]:
        try:
            trust = self._trusted_issuers.find(unverified_claim(statement, "iss")) if statement else None
            if trust is None or not trust.for_software:
                raise _refused("unapproved", "is of an issuer that is not trusted for software here")
            claims = read_trusted_jwt(statement, trust, self._jwk_sets).claims
        except (BadSignature, AttributeError, TypeError):
            raise _refused("invalid", "must be a JWT that its issuer has signed") from None
        if not self._is_now(claims):
            raise _refused("invalid", "is not valid at this time")
        return claims

    def _is_now(self, claims: Mapping[str, Any]) -> bool:
        now = self._now()
        ends, begins = numeric_date(claims.get("exp", now + 1)), numeric_date(claims.get("nbf", now))
        return ends is not None and begins is not None and begins <= now + SKEW_SECONDS and now < ends


def _refused(kind: str, problem: str) -> InvalidClientMetadata:
    return InvalidClientMetadata(MEMBER, problem, error=f"{kind}_software_statement")
