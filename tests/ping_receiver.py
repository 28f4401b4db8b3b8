"""A client's notification endpoint, and the courier that calls it (CIBA Core §10.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from models.ping_delivery import PingDelivery
from provider.backchannel_wiring import ping_courier
from provider.wiring import Services
from validators.errors import FetchError

URI = "https://client.example/ciba"
TOKEN = "a-notification-token-of-the-client"


@dataclass
class PingReceiver:
    """Stands where the network is: answers every POST with the next of ``statuses``, else the last one.

    A status of 0 is a network that does not work.
    """

    statuses: list[int] = field(default_factory=lambda: [204])
    seen: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    def __call__(self, url: str, document: Mapping[str, str], bearer: str) -> int:
        """Take one POST."""
        self.seen.append((url, dict(document), bearer))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status == 0:
            raise FetchError("client.example does not answer")
        return status


def deliver(services: Services, receiver: PingReceiver) -> None:
    """Try once all that is due."""
    courier = ping_courier(services, receiver)
    for due in courier.due():
        courier.deliver(due)


def ping_states(services: Services) -> list[tuple[str, int]]:
    """Return the state of every ping, and how often it was tried."""
    with services.database.reading() as session:
        rows = session.scalars(select(PingDelivery).order_by(PingDelivery.id))
        return [(row.state, row.tries) for row in rows]
