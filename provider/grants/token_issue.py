"""What a token response holds: access token, refresh token, ID token."""

from collections.abc import Mapping
from typing import Any

from oauthlib.oauth2 import BearerToken, OAuth2Token

from keys.id_token import id_token_claims
from validators.access_tokens import AccessTokens
from validators.authorization_details import AUTHORIZATION_DETAILS, Detail, details_at
from validators.client_jwts import ClientJwts
from validators.credentials import GrantCredentials
from validators.custom_scopes import CustomScopes
from validators.errors import InvalidAuthorizationDetails
from validators.grants import Clock, GrantRecord
from validators.id_token_ids import new_id
from validators.key_binding import require_binding, token_type
from validators.login_sessions import sid_of
from validators.policy import GrantPolicy
from validators.request import ProviderRequest
from validators.request_validator import ProviderRequestValidator
from validators.requested_details import RequestedDetails
from validators.resources import Resources
from validators.scopes import OPENID, gives_refresh_token
from validators.subjects import Subjects
from validators.user_claims import id_token_person_claims, sole_id_token_claims


class TokenIssue:
    """Makes the tokens of an accepted request; nothing here writes.

    Args:
        issuer: the ``iss`` of ID tokens.
        details: settles which authorization details a request has.
    """

    def __init__(
        self,
        *,
        issuer: str,
        access_tokens: AccessTokens,
        credentials: GrantCredentials,
        custom_scopes: CustomScopes,
        resources: Resources,
        jwts: ClientJwts,
        subjects: Subjects,
        details: RequestedDetails,
        policy: GrantPolicy,
        clock: Clock,
    ) -> None:
        self._issuer = issuer
        self._access_tokens = access_tokens
        self._credentials = credentials
        self._custom_scopes = custom_scopes
        self._resources = resources
        self._jwts = jwts
        self._subjects = subjects
        self.details = details
        self._policy = policy
        self._now = clock

    def choose_target(self, request: ProviderRequest) -> None:
        """Settle what the token is for and what it may do there; the last check before anything is made.

        Raises:
            InvalidTargetError: RFC 8707 §2.2.
            InvalidAuthorizationDetails: RFC 9396 §6.
        """
        self.details.choose(request)
        self._choose_target(request)

    def _choose_target(self, request: ProviderRequest) -> None:
        require_binding(request)
        granted = request.grant.resource.split() if request.grant else None
        request.target = self._resources.choose(request.resources, granted, request.known_client)
        request.token_scopes = request.target.narrowed(request.scopes or [])

    def choose_target_at_once(self, request: ProviderRequest) -> dict[str, object]:
        """Settle it at the authorization endpoint, where the response type asks for an access token.

        Raises:
            InvalidTargetError: RFC 8707 §2.1.
        """
        if "token" in request.response_words:
            self._choose_target(request)
        return {}

    def scopes_of_grant(self, request: ProviderRequest) -> frozenset[str]:
        """Return the scope values of the resources that the grant names.

        Raises:
            InvalidTargetError: one is gone, or no longer for this client.
        """
        return self._resources.scopes_of(request.known_grant.resource.split(), request.known_client)

    def gives_refresh_token(self, request: ProviderRequest) -> bool:
        """Whether the grant of this request comes with a refresh token."""
        return request.grant is not None and gives_refresh_token(request.grant.scopes, request.known_client)

    def expires_in(self, request: ProviderRequest) -> int:
        """Return the access token's lifetime in seconds; it ends no later than the grant."""
        now = self._now()
        seconds = request.known_target.token_seconds or self._policy.access_token_seconds
        request.token_expires_at = now + seconds
        if request.grant is not None:
            request.expires_at = self._policy.end(
                request.grant, now, seconds, has_refresh_token=self.gives_refresh_token(request)
            )
            request.token_expires_at = min(now + seconds, request.expires_at)
        return request.token_expires_at - now

    def access_token(self, request: ProviderRequest) -> str:
        """Return a new access token for the scopes and the authorization details of this request.

        Raises:
            InvalidAuthorizationDetails: nothing is left that it could be used for (RFC 9396 §6).
        """
        details = self.token_details(request)
        if details is None and not request.token_scopes and _had_details(request):
            raise InvalidAuthorizationDetails("None of the authorization_details are for this token.")
        return self._access_tokens.issue(
            request.known_target,
            client_id=request.known_client.client_id,
            record=request.grant,
            scopes=request.token_scopes,
            expires_at=request.token_expires_at,
            confirmation=request.confirmation,
            details=details,
            sector=request.known_client.sector_identifier,
        )

    def token_details(self, request: ProviderRequest) -> list[Detail] | None:
        """Return the authorization details that the access token of this request holds."""
        return details_at(request.details, request.known_target.audience, issuer=self._issuer)

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
        if OPENID in (request.scopes or ()):
            grant = request.known_grant
            token["id_token"] = self.id_token(
                request,
                nonce=grant.nonce if request.grant_type == "authorization_code" else None,
                access_token=token["access_token"],
                claims=self.person_claims(grant),
            )
        return token

    def person_claims(self, grant: GrantRecord, *, is_sole: bool = False) -> dict[str, Any]:
        """Return what an ID token tells of the person; ``is_sole``: beside it there is no access token."""
        custom = self._custom_scopes.released(grant, grant.scopes)
        return sole_id_token_claims(grant, custom) if is_sole else id_token_person_claims(grant, custom)

    def id_token(
        self,
        request: ProviderRequest,
        *,
        nonce: str | None,
        claims: Mapping[str, Any],
        access_token: str | None = None,
        code: str | None = None,
    ) -> str:
        """Return an ID token for the grant of this request; arguments as of ``id_token_claims``.

        Raises:
            UnknownAlgorithm: no key signs with the client's algorithm.
            NoEncryptionKey: it must be encrypted, and the client has no key for that.
        """
        grant, client = request.known_grant, request.known_client
        said = id_token_claims(
            iss=self._issuer,
            sub=self._subjects.of(client, str(grant.user_id)),
            aud=client.client_id,
            now=self._now(),
            lifetime_seconds=self._policy.id_token_seconds,
            alg=client.id_token_alg,
            jti=new_id(grant.id),
            nonce=nonce,
            auth_time=grant.auth_time,
            acr=grant.acr,
            amr=(grant.amr or "").split(),
            access_token=access_token,
            code=code,
            sid=None if grant.login_session_id is None else sid_of(grant.login_session_id),
            claims=claims,
        )
        return self._jwts.make(said, client, alg=client.id_token_alg, encryption=client.id_token_encryption)


def _had_details(request: ProviderRequest) -> bool:
    stored = request.grant.authorization_details if request.grant else None
    return stored is not None or AUTHORIZATION_DETAILS in request.parameters


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
        token = super().create_token(request, with_refresh_token, **kwargs)
        token["scope"] = " ".join(request.token_scopes)
        if (details := self._issue.token_details(request)) is not None:
            token[AUTHORIZATION_DETAILS] = details  # RFC 9396 §7
        token["token_type"] = token_type(request.confirmation)
        return token
