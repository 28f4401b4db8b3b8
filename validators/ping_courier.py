"""Tells clients that their requests have been decided (CIBA Core §10.2)."""

from collections.abc import Callable, Mapping

from validators.client import Client
from validators.clients import ClientRegistry
from validators.courier import Courier
from validators.events import Report
from validators.metadata_backchannel import NOTIFICATION_ENDPOINT
from validators.ping_queue import DuePing, PingQueue
from validators.pings import Pings

PostJson = Callable[[str, Mapping[str, str], str], int]
"""Sends JSON with a bearer token to a URL, returns the status of the answer; raises ``FetchError``."""


class PingCourier(Courier[DuePing]):
    """Tries what is due; a client that polled meanwhile hears of it all the same.

    Args:
        queue: what waits.
        clients: where each registers that it wants to hear.
        pings: opens what is to be sent.
        post: the one guarded way out; it follows no redirect.
        report: takes security events.
    """

    kind = "ping"
    endpoint = NOTIFICATION_ENDPOINT

    def __init__(
        self, *, queue: PingQueue, clients: ClientRegistry, pings: Pings, post: PostJson, report: Report
    ) -> None:
        super().__init__(queue=queue, clients=clients, report=report)
        self._pings = pings
        self._post = post

    def send(self, client: Client, uri: str, claimed: DuePing) -> int:
        """See ``Courier``; the body says which request it is, and nothing of the decision."""
        ping = self._pings.open(claimed.sealed_ping)
        return self._post(uri, {"auth_req_id": ping.auth_req_id}, ping.token)

    def is_done(self, status: int) -> bool:
        """204 is the answer, 200 is taken for it, and no body is looked at."""
        return 200 <= status < 300

    def is_final(self, status: int) -> bool:
        """A redirect is not followed; a client that does not accept the token (401, 403) never will."""
        return 300 <= status < 500
