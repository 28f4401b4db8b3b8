"""The JWT bearer grant (RFC 7523 §2.1): an issuer that the operator trusts speaks for a person."""

from typing import Any

from oauthlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidScopeError

from provider.events import report
from provider.grants.direct_grant import DirectGrant
from provider.grants.token_issue import TokenHandler, TokenIssue
from validators.bearer_assertions import BearerAssertions
from validators.direct_grants import DirectGrants
from validators.foreign_tokens import BadForeignToken
from validators.grants import OFFLINE_ACCESS, Clock
from validators.request import ProviderRequest
from validators.request_validator import ProviderRequestValidator


class JwtBearerGrant(DirectGrant):
    """Trades an assertion for one access token; there is never a refresh token (RFC 7521 §4.1)."""

    required = ("assertion",)

    def __init__(
        self,
        validator: ProviderRequestValidator,
        issue: TokenIssue,
        direct_grants: DirectGrants,
        *,
        assertions: BearerAssertions,
        clock: Clock,
    ) -> None:
        super().__init__(validator, issue, direct_grants)
        self._assertions = assertions
        self._now = clock

    def answer(self, request: ProviderRequest, token_handler: TokenHandler) -> dict[str, Any]:
        """Return an access token for the person of whom the assertion speaks.

        Raises:
            InvalidGrantError: the assertion is not believed or was used before; the reason is not told.
            InvalidScopeError: more was asked than its issuer may grant.
        """
        client = request.known_client
        try:
            assertion = self._assertions.read(request.parameters["assertion"], client)
        except BadForeignToken as error:
            raise self._refused(request, str(error)) from error
        self._narrow(request, assertion.token.trust.scope)
        request.grant = self.new_grant(request, assertion.user_id)
        token = token_handler.create_token(request, refresh_token=False)
        if not self._assertions.use(assertion):
            raise self._refused(request, "used before")
        self.direct_grants.store(request.grant, expires_at=self._now() + request.expires_in)
        report("assertion_accepted", client_id=client.client_id, user_id=assertion.user_id)
        return token

    def _narrow(self, request: ProviderRequest, ceiling: frozenset[str] | None) -> None:
        """Keep within what the issuer may grant; what was asked by name is refused instead."""
        asked = request.scopes or []
        kept = [scope for scope in asked if ceiling is None or scope in ceiling]
        if OFFLINE_ACCESS in asked or not kept or (request.scope and kept != asked):
            raise InvalidScopeError(request=request)
        request.scopes = kept
        request.token_scopes = request.known_target.narrowed(kept)

    def _refused(self, request: ProviderRequest, reason: str) -> InvalidGrantError:
        report("assertion_refused", client_id=request.known_client.client_id, reason=reason)
        return InvalidGrantError(description="The assertion is not acceptable.", request=request)
