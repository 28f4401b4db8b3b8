"""What brings clients what is due to them, whatever that is."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Generic, TypeVar

from keys.errors import KeysError
from validators.client import Client
from validators.clients import ClientRegistry
from validators.delivery_queue import DeliveryQueue, Due
from validators.errors import FetchError, NoEncryptionKey
from validators.events import Report

Row = TypeVar("Row", bound=Due)


class Courier(ABC, Generic[Row]):
    """Tries what is due.

    Args:
        queue: what waits.
        clients: where each registers that it wants to hear.
        report: takes security events.
    """

    kind: str
    """What the events begin with."""
    endpoint: str
    """The metadata member that says where a client wants to hear."""

    def __init__(self, *, queue: DeliveryQueue[Row], clients: ClientRegistry, report: Report) -> None:
        self._queue = queue
        self._clients = clients
        self._report = report

    @abstractmethod
    def send(self, client: Client, uri: str, claimed: Row) -> int:
        """Send it; return the status of the answer.

        Raises:
            FetchError: there was none.
            KeysError: it cannot be made now.
            NoEncryptionKey: likewise.
        """

    @abstractmethod
    def is_done(self, status: int) -> bool:
        """Whether the client has heard."""

    @abstractmethod
    def is_final(self, status: int) -> bool:
        """Whether the answer will not change."""

    def due(self) -> Iterable[Row]:
        """Return some of what is due.

        Raises:
            StoreUnavailable: the database cannot be reached.
        """
        return self._queue.due()

    def deliver(self, found: Row) -> None:
        """Try one that was due; nothing happens when another process has it by now.

        No transaction is open while it is signed and sent.

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
        uri = client.metadata.get(self.endpoint) if client else None
        if client is None or uri is None:
            self._give_up(claimed, f"the client does not register a {self.endpoint} any more")
            return
        try:
            status = self.send(client, str(uri), claimed)
        except (FetchError, KeysError, NoEncryptionKey) as error:
            self._put_off(claimed, str(error))
            return
        self._settle(claimed, status)

    def _settle(self, claimed: Row, status: int) -> None:
        if self.is_done(status):
            self._queue.succeed(claimed)
            self._report(f"{self.kind}_delivered", client_id=claimed.client_id, user_id=claimed.user_id)
        elif self.is_final(status):
            self._queue.refuse(claimed, f"the client answers {status}")
            self._report(f"{self.kind}_refused", client_id=claimed.client_id, user_id=claimed.user_id)
        else:
            self._put_off(claimed, f"the client answers {status}")

    def _put_off(self, claimed: Row, problem: str) -> None:
        if not self._queue.put_off(claimed, problem):
            self._report_given_up(claimed, problem)

    def _give_up(self, claimed: Row, problem: str) -> None:
        self._queue.give_up(claimed, problem)
        self._report_given_up(claimed, problem)

    def _report_given_up(self, claimed: Row, problem: str) -> None:
        self._report(
            f"{self.kind}_given_up", client_id=claimed.client_id, user_id=claimed.user_id, reason=problem
        )
