"""oauthlib's callbacks, each one to three lines: plain arguments in, one small object asked.

The docstrings say which specification rule is decided. What a later callback needs is kept on the request.
"""

from collections.abc import Callable
from typing import Any

from oauthlib.oauth2 import RequestValidator
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError, UnauthorizedClientError

from validators import redirect_uris, scopes
from validators.authorization_details import AUTHORIZATION_DETAILS
from validators.client import Client
from validators.client_auth import ClientAuthentication
from validators.clients import ClientRegistry
from validators.code_redemption import CodeRedemption
from validators.device_codes import GRANT_TYPE as DEVICE_CODE
from validators.device_codes import DeviceCodes, Poll
from validators.key_binding import KeyBinding, refresh_confirmation
from validators.refresh_rotation import RefreshRotation
from validators.request import ProviderRequest
from validators.resources import Resources


class ProviderRequestValidator(RequestValidator):
    """Delegates every decision; holds no state of a request."""

    def __init__(
        self,
        *,
        clients: ClientRegistry,
        client_auth: ClientAuthentication,
        key_binding: KeyBinding,
        codes: CodeRedemption,
        device_codes: DeviceCodes,
        rotation: RefreshRotation,
        resources: Resources,
    ) -> None:
        super().__init__()
        self._clients = clients
        self._client_auth = client_auth
        self._key_binding = key_binding
        self._codes = codes
        self._device_codes = device_codes
        self._rotation = rotation
        self._resources = resources

    # Authorization endpoint

    def validate_client_id(self, client_id: str, request: ProviderRequest, *args: Any, **kwargs: Any) -> bool:
        """RFC 6749 §4.1.1: the client exists."""
        request.client = request.client or self._clients.get(client_id)
        return request.client is not None

    def validate_redirect_uri(
        self, client_id: str, redirect_uri: str, request: ProviderRequest, *args: Any, **kwargs: Any
    ) -> bool:
        """RFC 9700 §2.1: registered, to the letter."""
        return self._allows(request, lambda client: redirect_uris.is_registered(redirect_uri, client))

    def get_default_redirect_uri(
        self, client_id: str, request: ProviderRequest, *args: Any, **kwargs: Any
    ) -> str | None:
        """RFC 6749 §3.1.2.3: the only one registered; at the token endpoint, the one that was used."""
        return redirect_uris.sole_registered(request.known_client)

    def validate_response_type(
        self,
        client_id: str,
        response_type: str,
        client: Client,
        request: ProviderRequest,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        """RFC 7591 §2: the client is registered for it."""
        return self._allows(request, lambda known: response_type in known.response_types)

    def is_pkce_required(self, client_id: str, request: ProviderRequest) -> bool:
        """RFC 9700 §2.1.1: of public clients always, of others where registered so."""
        return request.known_client.requires_pkce

    def get_default_scopes(
        self, client_id: str, request: ProviderRequest, *args: Any, **kwargs: Any
    ) -> list[str]:
        """RFC 6749 §3.3: what a request without a scope means; one with details means those alone."""
        if AUTHORIZATION_DETAILS in request.parameters:
            return []
        return scopes.default_scopes(request.known_client, self._scopes_of_resources(request))

    def validate_scopes(
        self,
        client_id: str,
        scopes_asked: list[str],
        client: Client,
        request: ProviderRequest,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        """RFC 6749 §3.3: this client may ask for each at these resources; a person is asked for one."""
        of_resources = self._scopes_of_resources(request)
        may_be_none = (
            request.grant_type == "client_credentials" or AUTHORIZATION_DETAILS in request.parameters
        )
        return (bool(scopes_asked) or may_be_none) and self._allows(
            request, lambda known: scopes.is_allowed(scopes_asked, known, of_resources)
        )

    # Token endpoint

    def client_authentication_required(self, request: ProviderRequest, *args: Any, **kwargs: Any) -> bool:
        """RFC 6749 §3.2.1: authenticates the client here, once, whatever its method."""
        request.client = self._client_auth.authenticate(request)
        request.client_id = request.client.client_id
        request.confirmation = self._key_binding.confirmation_of(request, request.client)
        request.has_authenticated = True
        return not request.client.is_public

    def authenticate_client(self, request: ProviderRequest, *args: Any, **kwargs: Any) -> bool:
        """RFC 6749 §2.3: a confidential client that has proven itself."""
        return self.client_authentication_required(request) if request.client is None else True

    def authenticate_client_id(
        self, client_id: str, request: ProviderRequest, *args: Any, **kwargs: Any
    ) -> bool:
        """RFC 6749 §3.2.1: a public client, which ``client_authentication_required`` has found."""
        return request.known_client.is_public

    def validate_grant_type(
        self,
        client_id: str,
        grant_type: str,
        client: Client,
        request: ProviderRequest,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        """RFC 7591 §2: the client is registered for it."""
        return self._allows(request, lambda known: grant_type in known.grant_types)

    def validate_code(
        self, client_id: str, code: str, client: Client, request: ProviderRequest, *args: Any, **kwargs: Any
    ) -> bool:
        """RFC 6749 §4.1.3: an unspent code of this client; a spent one ends its grant."""
        request.grant = self._codes.accept(code, client_id, request.confirmation)
        if request.grant is None:
            return False
        request.user, request.scopes = request.grant.user_id, request.grant.scopes
        self.follow_client(request)
        return True

    def get_code_challenge(self, code: str, request: ProviderRequest) -> str | None:
        """RFC 7636 §4.6; RFC 9700 §2.1.1: a verifier without a challenge tells of one stripped away."""
        challenge = request.known_grant.code_challenge
        if (challenge is None) != (request.code_verifier is None):
            raise InvalidGrantError(description="The code_verifier does not match.", request=request)
        return challenge

    def get_code_challenge_method(self, code: str, request: ProviderRequest) -> str:
        """RFC 7636 §4.3: there is no other."""
        return "S256"

    def confirm_redirect_uri(
        self,
        client_id: str,
        code: str,
        redirect_uri: str,
        client: Client,
        request: ProviderRequest,
        *args: Any,
        **kwargs: Any,
    ) -> bool:
        """RFC 6749 §4.1.3: identical to the one of the authorization request, if that named one."""
        requested = request.known_grant.redirect_uri
        sent = None if request.using_default_redirect_uri else redirect_uri
        # One left out there may be named here, if it can only be the one.
        if sent != requested and (requested or sent != redirect_uris.sole_registered(request.known_client)):
            raise InvalidGrantError(description="The redirect_uri does not match.", request=request)
        return True

    def validate_refresh_token(
        self, refresh_token: str, client: Client, request: ProviderRequest, *args: Any, **kwargs: Any
    ) -> bool:
        """RFC 6749 §6, RFC 9700 §4.14.2: live, of this client; a replay ends its grant."""
        request.grant = self._rotation.accept(refresh_token, client.client_id, request.confirmation)
        if request.grant is None:
            return False
        request.user = request.grant.user_id
        self.follow_client(request)
        return True

    def validate_device_code(self, client_id: str, device_code: str, request: ProviderRequest) -> Poll | None:
        """RFC 8628 §3.5: approved for this client, or what its device is told."""
        poll, request.grant = self._device_codes.poll(device_code, client_id)
        if request.grant is not None:
            request.user, request.scopes = request.grant.user_id, request.grant.scopes
            self.follow_client(request)
        return poll

    def get_original_scopes(
        self, refresh_token: str, request: ProviderRequest, *args: Any, **kwargs: Any
    ) -> list[str]:
        """RFC 6749 §6: the grant's scopes, which a refresh never widens."""
        return request.known_grant.scopes

    def rotate_refresh_token(self, request: ProviderRequest) -> bool:
        """RFC 9700 §4.14.2; a ``refresh_token`` beside another grant type is never handed back."""
        return request.grant_type != "refresh_token" or request.known_client.rotates_refresh_tokens

    def save_bearer_token(
        self, token: dict[str, Any], request: ProviderRequest, *args: Any, **kwargs: Any
    ) -> None:
        """Spend what was presented, if anything: the last step, after every check and every signature."""
        grant = request.grant
        if grant is None:
            return
        if request.grant_type == "authorization_code":
            spent = self._codes.consume(
                grant, expires_at=request.expires_at, confirmation=refresh_confirmation(request)
            )
        elif request.grant_type == DEVICE_CODE:
            bound = grant._replace(confirmation=refresh_confirmation(request))
            spent = self._device_codes.consume(request.device_code, bound, expires_at=request.expires_at)
        else:
            rotates = request.known_client.rotates_refresh_tokens
            spent = self._rotation.consume(
                grant,
                rotates=rotates,
                expires_at=request.expires_at,
                token_expires_at=request.token_expires_at,
            )
        if not spent:
            raise InvalidGrantError(request=request)

    def invalidate_authorization_code(
        self, client_id: str, code: str, request: ProviderRequest, *args: Any, **kwargs: Any
    ) -> None:
        """Nothing is left to do: ``save_bearer_token`` has spent it."""

    def require_current_client(self, request: ProviderRequest) -> None:
        """Look for a newer registration, at most once a second, where no grant's row would tell of one.

        Raises:
            InvalidClientError: the client is gone, or has not proven itself as it must now.
            UnauthorizedClientError: it may not use the grant type any more.
        """
        client = request.known_client
        current = self._clients.fresh(client.client_id, client.version)
        if current is None or current.version != client.version:
            self._begin_again(request)

    def is_origin_allowed(
        self, client_id: str, origin: str, request: ProviderRequest, *args: Any, **kwargs: Any
    ) -> bool:
        """CORS is answered for errors too, and so outside oauthlib."""
        return False

    def _scopes_of_resources(self, request: ProviderRequest) -> frozenset[str]:
        """RFC 8707 §2: every resource is known and open to this client."""
        return self._resources.scopes_of(request.resources, request.known_client)

    def follow_client(self, request: ProviderRequest) -> None:
        """Begin again with the client when the grant's row knows a newer registration than the cache."""
        client, version = request.known_client, request.known_grant.client_version
        if version == client.version:
            return
        self._clients.fresh(client.client_id, version)
        self._begin_again(request)

    def _begin_again(self, request: ProviderRequest) -> None:
        self.client_authentication_required(request)
        if request.grant_type not in request.known_client.grant_types:
            raise UnauthorizedClientError(request=request)

    def _allows(self, request: ProviderRequest, question: Callable[[Client], bool]) -> bool:
        """Ask the cached client, and the stored one before a refusal; what it proved may have changed too."""
        client = request.known_client
        if question(client):
            return True
        fresh = self._clients.fresh(client.client_id, client.version)
        if fresh is None:
            return False
        request.client = fresh
        if request.has_authenticated:
            self.client_authentication_required(request)
        return question(request.known_client)
