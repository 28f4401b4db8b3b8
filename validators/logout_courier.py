"""Brings logout tokens to their clients (OpenID Connect Back-Channel Logout §2.5, §2.8)."""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus

from keys.errors import KeysError
from validators.clients import ClientRegistry
from validators.errors import NoEncryptionKey
from validators.events import Report
from validators.fetcher import FetchError
from validators.logout_queue import DueLogout, LogoutQueue
from validators.logout_tokens import LogoutTokens

Post = Callable[[str, Mapping[str, str]], int]
"""Sends a form to a URL and returns the status of the answer; raises ``FetchError``."""

DONE = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT})


class LogoutCourier:
    """Tries what is due.

    Args:
        queue: what waits.
        clients: where each registers that it wants to hear.
        tokens: makes logout tokens, a new one for every try.
        post: the one guarded way out.
        report: takes security events.
    """

    def __init__(
        self,
        *,
        queue: LogoutQueue,
        clients: ClientRegistry,
        tokens: LogoutTokens,
        post: Post,
        report: Report,
    ) -> None:
        self._queue = queue
        self._clients = clients
        self._tokens = tokens
        self._post = post
        self._report = report

    def due(self) -> Iterable[DueLogout]:
        """Return some of what is due.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        return self._queue.due()

    def deliver(self, found: DueLogout) -> None:
        """Try one that was due; nothing happens when another process has it by now.

        No transaction is open while the token is signed and sent.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        claimed = self._queue.claim(found)
        if claimed is None:
            return
        if self._queue.is_over(claimed):
            self._give_up(claimed, "nobody has finished an earlier try")
            return
        client = self._clients.get(claimed.client_id)
        uri = client.backchannel_logout_uri if client else None
        if client is None or uri is None:
            self._give_up(claimed, "the client does not register a back-channel logout URI any more")
            return
        try:
            token = self._tokens.make(
                client, user_id=claimed.user_id, login_session_id=claimed.login_session_id
            )
            status = self._post(uri, {"logout_token": token})
        except (FetchError, KeysError, NoEncryptionKey) as error:
            self._put_off(claimed, str(error))
            return
        self._settle(claimed, status)

    def _settle(self, claimed: DueLogout, status: int) -> None:
        """§2.8: 200 and 204 are success; 400 is an answer that will not change."""
        if status in DONE:
            self._queue.succeed(claimed)
            self._report("logout_delivered", client_id=claimed.client_id, user_id=claimed.user_id)
        elif status == HTTPStatus.BAD_REQUEST:
            self._queue.refuse(claimed, f"the client answers {status}")
            self._report("logout_refused", client_id=claimed.client_id, user_id=claimed.user_id)
        else:
            self._put_off(claimed, f"the client answers {status}")

    def _put_off(self, claimed: DueLogout, problem: str) -> None:
        if not self._queue.put_off(claimed, problem):
            self._report_given_up(claimed, problem)

    def _give_up(self, claimed: DueLogout, problem: str) -> None:
        self._queue.give_up(claimed, problem)
        self._report_given_up(claimed, problem)

    def _report_given_up(self, claimed: DueLogout, problem: str) -> None:
        self._report("logout_given_up", client_id=claimed.client_id, user_id=claimed.user_id, reason=problem)
