"""The resource owner password credentials grant (RFC 6749 §4.3), for clients of old alone.

RFC 9700 §2.4 forbids it: a client sees the password, and a person learns to type it anywhere. An operator
registers a client with it by name; it is never advertised.
"""

from typing import Any

import structlog
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError

from provider.events import report
from provider.grants.direct_grant import DirectGrant
from provider.grants.token_issue import TokenHandler, TokenIssue
from provider.guesses import ACCOUNT, Attempt, Guesses, Pace, account_key
from validators.direct_grants import DirectGrants
from validators.grants import Clock
from validators.people import People
from validators.request import ProviderRequest
from validators.request_validator import ProviderRequestValidator

log = structlog.get_logger("paper.grants")

CLIENT = Pace("password-grant", 5, 512)
"""Guesses at one person through one client that has proven itself."""
AMR = "pwd"  # RFC 8176 §2


class PasswordGrant(DirectGrant):
    """Trades a name and a password for tokens."""

    required = ("username", "password")

    def __init__(
        self,
        validator: ProviderRequestValidator,
        issue: TokenIssue,
        direct_grants: DirectGrants,
        *,
        people: People,
        guesses: Guesses,
        clock: Clock,
    ) -> None:
        super().__init__(validator, issue, direct_grants)
        self._people = people
        self._guesses = guesses
        self._now = clock

    def answer(self, request: ProviderRequest, token_handler: TokenHandler) -> dict[str, Any]:
        """Return tokens for the person whose name and password these are; a refresh token as the scope says.

        Raises:
            InvalidGrantError: they are not, or were guessed at too often; which of them is wrong is not told.
        """
        client_id = request.known_client.client_id
        log.warning("password_grant_used", client_id=client_id)
        username, password = request.parameters["username"], request.parameters["password"]
        user = self._people.find_handle(username)
        attempt = self._count(request, account_key(user.id if user else None, username))
        if attempt.wait_seconds:
            report("password_grant_limited", client_id=client_id)
            raise InvalidGrantError(description="Too many attempts; try again later.", request=request)
        if not self._people.has_password(user, password) or user is None:
            report("password_grant_failed", client_id=client_id)
            raise InvalidGrantError(description="The name or the password is not right.", request=request)
        self._guesses.forgive(attempt)
        request.grant = self.new_grant(request, user.id, auth_time=self._now(), amr=AMR)
        token = token_handler.create_token(request, refresh_token=True)
        answer = self.issue.add_id_token(dict(token), token_handler, request)
        self.direct_grants.store(request.grant, expires_at=request.expires_at)
        report("password_grant_given", client_id=client_id, user_id=user.id)
        return answer

    def _count(self, request: ProviderRequest, account: str) -> Attempt:
        """Count a guess: a client that anybody may pass for is no other door than the sign-in page."""
        client = request.known_client
        if client.is_public:
            return self._guesses.begin([(ACCOUNT, account)])
        return self._guesses.begin([(CLIENT, f"{client.client_id} {account}")])
