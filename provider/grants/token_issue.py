"""What a token response holds: access token, refresh token, ID token."""

import secrets
from typing import Any

from oauthlib.oauth2 import BearerToken, OAuth2Token

from keys.id_token import id_token_claims
from keys.signer import Signer
from validators.access_tokens import AccessTokens
from validators.credentials import GrantCredentials
from validators.grants import Clock
from validators.policy import GrantPolicy
from validators.request import ProviderRequest
from validators.request_validator import ProviderRequestValidator
from validators.scopes import OPENID, gives_refresh_token
from validators.user_claims import id_token_person_claims


class TokenIssue:
    """Makes the tokens of an accepted request; nothing here writes.

    Args:
        issuer: the ``iss`` of ID tokens.
    """

    def __init__(
        self,
        *,
        issuer: str,
        access_tokens: AccessTokens,
        credentials: GrantCredentials,
        signer: Signer,
        policy: GrantPolicy,
        clock: Clock,
    ) -> None:
        self._issuer = issuer
        self._access_tokens = access_tokens
        self._credentials = credentials
        self._signer = signer
        self._policy = policy
        self._now = clock

    def gives_refresh_token(self, request: ProviderRequest) -> bool:
        """Whether the grant of this request comes with a refresh token."""
        return gives_refresh_token(request.known_grant.scopes, request.known_client)

    def expires_in(self, request: ProviderRequest) -> int:
        """Return the access token's lifetime in seconds; it ends no later than the grant."""
        now, grant = self._now(), request.known_grant
        request.expires_at = self._policy.end(grant, now, has_refresh_token=self.gives_refresh_token(request))
        request.token_expires_at = min(now + self._policy.access_token_seconds, request.expires_at)
        return request.token_expires_at - now

    def access_token(self, request: ProviderRequest) -> str:
        """Return a new access token for the scopes of this request."""
        return self._access_tokens.issue(
            request.known_grant,
            scopes=request.scopes or [],
            expires_at=request.token_expires_at,
            token_format=request.known_client.access_token_format,
        )

    def refresh_token(self, request: ProviderRequest) -> str:
        """Return the credential that comes after the one presented."""
        grant = request.known_grant
        return self._credentials.derive(
            key_version=grant.key_version,
            grant_id=grant.id,
            generation=grant.generation + 1,
            salt=grant.salt,
            client_id=grant.client_id,
        )

    def add_id_token(
        self, token: dict[str, Any], _token_handler: Any, request: ProviderRequest
    ) -> dict[str, Any]:
        """Add the ID token to an OpenID Connect answer (Core §3.1.3.3, §12.2)."""
        if OPENID not in (request.scopes or ()):
            return token
        grant, client = request.known_grant, request.known_client
        claims = id_token_claims(
            iss=self._issuer,
            sub=str(grant.user_id),
            aud=client.client_id,
            now=self._now(),
            lifetime_seconds=self._policy.id_token_seconds,
            alg=client.id_token_alg,
            jti=secrets.token_urlsafe(16),
            nonce=grant.nonce if request.grant_type == "authorization_code" else None,
            auth_time=grant.auth_time,
            acr=grant.acr,
            amr=(grant.amr or "").split(),
            access_token=token["access_token"],
            claims=id_token_person_claims(grant),
        )
        token["id_token"] = self._signer.sign(claims, alg=client.id_token_alg)
        return token


class TokenHandler(BearerToken):
    """oauthlib's maker of token responses; whether a refresh token comes along is the grant's to say."""

    __slots__ = ("_issue",)

    def __init__(self, validator: ProviderRequestValidator, issue: TokenIssue) -> None:
        super().__init__(
            validator,
            token_generator=issue.access_token,
            refresh_token_generator=issue.refresh_token,
            expires_in=issue.expires_in,
        )
        self._issue = issue

    def create_token(
        self, request: ProviderRequest, refresh_token: bool = False, **kwargs: Any
    ) -> OAuth2Token:
        """Return the members of a token response (RFC 6749 §5.1)."""
        with_refresh_token = refresh_token and self._issue.gives_refresh_token(request)
        return super().create_token(request, with_refresh_token, **kwargs)
