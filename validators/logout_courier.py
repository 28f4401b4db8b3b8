"""Brings logout tokens to their clients (OpenID Connect Back-Channel Logout §2.5, §2.8)."""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from validators.client import Client
from validators.clients import ClientRegistry
from validators.courier import Courier
from validators.events import Report
from validators.logout_queue import DueLogout, LogoutQueue
from validators.logout_tokens import LogoutTokens

Post = Callable[[str, Mapping[str, str]], int]
"""Sends a form to a URL and returns the status of the answer; raises ``FetchError``."""

DONE = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT})


class LogoutCourier(Courier[DueLogout]):
    """Tries what is due.

    Args:
        queue: what waits.
        clients: where each registers that it wants to hear.
        tokens: makes logout tokens, a new one for every try.
        post: the one guarded way out.
        report: takes security events.
    """

    kind = "logout"
    endpoint = "backchannel_logout_uri"

    def __init__(
        self,
        *,
        queue: LogoutQueue,
        clients: ClientRegistry,
        tokens: LogoutTokens,
        post: Post,
        report: Report,
    ) -> None:
        super().__init__(queue=queue, clients=clients, report=report)
        self._tokens = tokens
        self._post = post

    def send(self, client: Client, uri: str, claimed: DueLogout) -> int:
        """See ``Courier``."""
        token = self._tokens.make(client, user_id=claimed.user_id, login_session_id=claimed.login_session_id)
        return self._post(uri, {"logout_token": token})

    def is_done(self, status: int) -> bool:
        """§2.8: 200 and 204 are success."""
        return status in DONE

    def is_final(self, status: int) -> bool:
        """§2.8: 400 is an answer that will not change."""
        return status == HTTPStatus.BAD_REQUEST
