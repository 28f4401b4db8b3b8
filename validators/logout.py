"""What a logout request asks, and whom it may send where (OpenID Connect RP-Initiated Logout §2 to §4)."""

import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from keys.errors import BadSeal
from keys.sealed import Sealer
from validators.client import Client
from validators.clients import ClientRegistry
from validators.id_token_hints import BadIdTokenHint, IdTokenHint, IdTokenHints
from validators.login_sessions import SessionRecord

PURPOSE = "logout-request"
LIFETIME_SECONDS = 3600
MAX_STATE_BYTES = 2048
"""With the longest address around it, sealed, it is still a parameter that every server takes."""
MAX_LOCALES = 200


class LogoutProblem(StrEnum):
    """Why a logout request is refused; the names stay the same."""

    BAD_HINT = "invalid_id_token_hint"
    OTHER_CLIENT = "client_mismatch"
    UNKNOWN_CLIENT = "invalid_client_id"
    NO_CLIENT = "id_token_hint_required"
    UNREGISTERED = "invalid_post_logout_redirect_uri"
    TOO_LONG = "invalid_state"
    OVER = "logout_request_over"


class BadLogoutRequest(Exception):
    """The request breaks a rule: nobody is signed out, and nobody is redirected (§4)."""

    def __init__(self, problem: LogoutProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class LogoutRequest(NamedTuple):
    """A checked logout request; every place that it may lead to is registered."""

    client_id: str | None = None
    post_logout_redirect_uri: str | None = None
    state: str | None = None
    ui_locales: str | None = None
    sid: str | None = None
    """The sign-in that a good hint names."""
    hint_expires_at: int = 0

    def is_of(self, session: SessionRecord, now: int) -> bool:
        """Whether a hint that has not expired names ``session``: then nobody needs to be asked (§2)."""
        return self.sid == session.sid and now < self.hint_expires_at


class LogoutRequests:
    """Checks logout requests, and keeps them while a person is asked.

    A request that waits is sealed and travels with the browser: it is stored nowhere.

    Args:
        clients: where post-logout redirect URIs are registered.
        hints: reads ``id_token_hint``.
        sealer: of the purpose ``PURPOSE``.
        clock: NumericDate.
    """

    def __init__(
        self, *, clients: ClientRegistry, hints: IdTokenHints, sealer: Sealer, clock: Callable[[], int]
    ) -> None:
        self._clients = clients
        self._hints = hints
        self._sealer = sealer
        self._now = clock

    def read(self, parameters: Mapping[str, str]) -> LogoutRequest:
        """Check the parameters of §2; ``logout_hint`` is accepted and decides nothing.

        Raises:
            BadLogoutRequest: a broken hint, an unknown client or another one than the hint's, a
                post-logout redirect URI that this client, or nobody, has registered (§3), or more than
                addresses on the way can carry.
        """
        hint = self._hint(parameters.get("id_token_hint"))
        client = self._client(parameters.get("client_id"), hint)
        uri = parameters.get("post_logout_redirect_uri")
        if uri is not None:
            _check_destination(uri, client)
        state, ui_locales = parameters.get("state"), parameters.get("ui_locales")
        if len((state or "").encode()) > MAX_STATE_BYTES:
            raise BadLogoutRequest(LogoutProblem.TOO_LONG)
        return LogoutRequest(
            client_id=client.client_id if client else None,
            post_logout_redirect_uri=uri,
            state=state,
            ui_locales=ui_locales and ui_locales[:MAX_LOCALES],
            sid=hint.sid if hint else None,
            hint_expires_at=hint.expires_at if hint else 0,
        )

    def seal(self, request: LogoutRequest) -> str:
        """Return a checked request for an hour's wait in the browser, as base64url."""
        return self._sealer.seal_text(json.dumps([self._now() + LIFETIME_SECONDS, *request]).encode())

    def open(self, sealed: str) -> LogoutRequest:
        """Return a request that was sealed here.

        Raises:
            BadLogoutRequest: changed, of another provider, older than an hour, or of a client that no
                longer registers the address.
        """
        try:
            expires_at, *values = json.loads(self._sealer.open_text(sealed))
        except BadSeal:
            raise BadLogoutRequest(LogoutProblem.OVER) from None
        request = LogoutRequest._make(values)
        if expires_at <= self._now():
            raise BadLogoutRequest(LogoutProblem.OVER)
        if request.post_logout_redirect_uri is not None:
            _check_destination(request.post_logout_redirect_uri, self._clients.get(request.client_id or ""))
        return request

    def _hint(self, text: str | None) -> IdTokenHint | None:
        try:
            return None if text is None else self._hints.read(text)
        except BadIdTokenHint:
            raise BadLogoutRequest(LogoutProblem.BAD_HINT) from None

    def _client(self, client_id: str | None, hint: IdTokenHint | None) -> Client | None:
        """Return who asks, by name or by hint; both must agree (§2)."""
        if client_id is not None and hint is not None and client_id != hint.client_id:
            raise BadLogoutRequest(LogoutProblem.OTHER_CLIENT)
        named = client_id or (hint.client_id if hint else None)
        if named is None:
            return None
        client = self._clients.get(named)
        if client is None:
            raise BadLogoutRequest(LogoutProblem.UNKNOWN_CLIENT)
        return client


def _check_destination(uri: str, client: Client | None) -> None:
    """§3: registered by this client, character by character; no port may differ, nothing may be added."""
    if client is None:
        raise BadLogoutRequest(LogoutProblem.NO_CLIENT)
    if uri not in client.post_logout_redirect_uris:
        raise BadLogoutRequest(LogoutProblem.UNREGISTERED)
