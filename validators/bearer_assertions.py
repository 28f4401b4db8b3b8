"""JWTs of trusted issuers as authorization grants (RFC 7523 §2.1, §3)."""

from typing import NamedTuple

from validators.client import Client
from validators.foreign_tokens import BadForeignToken, ForeignToken, ForeignTokens, text_claim
from validators.grants import Clock
from validators.used_assertions import UsedAssertions

KIND = "jwt-bearer"
MAX_AHEAD_SECONDS = 3660
"""The longest life, with a minute for a clock that is ahead."""


class BearerAssertion(NamedTuple):
    """A believed assertion, not used yet."""

    token: ForeignToken
    user_id: str
    """The person here, by ``sub``."""
    mark: str
    """What makes it unique: its ``jti``, or else all that is signed."""


class BearerAssertions:
    """Accepts an assertion once.

    Args:
        foreign_tokens: whose JWTs are believed.
        used_assertions: those that have been used.
        clock: NumericDate.
    """

    def __init__(self, foreign_tokens: ForeignTokens, used_assertions: UsedAssertions, clock: Clock) -> None:
        self._foreign_tokens = foreign_tokens
        self._used_assertions = used_assertions
        self._now = clock

    def read(self, text: str, client: Client) -> BearerAssertion:
        """Return what an assertion says that ``client`` presents; nothing is written.

        It ends within the hour, so that its use need not be remembered for long.

        Raises:
            BadForeignToken: it is not believed.
            StoreUnavailable: the database cannot be reached.
        """
        token = self._foreign_tokens.read(text, client)
        if token.expires_at > self._now() + MAX_AHEAD_SECONDS:
            raise BadForeignToken("lives for more than an hour")
        mark = text.rpartition(".")[0]
        if "jti" in token.claims:
            mark = text_claim(token.claims, "jti")
        return BearerAssertion(token, self._foreign_tokens.person_of(token), mark)

    def use(self, assertion: BearerAssertion) -> bool:
        """Use it up; false when it has been used before.

        Raises:
            StoreUnavailable: nothing has been used.
        """
        issuer, ends_at = assertion.token.trust.issuer, assertion.token.expires_at
        return self._used_assertions.use(KIND, issuer, assertion.mark, expires_at=ends_at)
