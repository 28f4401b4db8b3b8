"""A relying party's back-channel logout endpoint, and the courier that brings it logout tokens."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import jwt
from sqlalchemy import select

from models.logout_delivery import LogoutDelivery
from provider.logout_delivery import logout_courier
from provider.wiring import Services
from tests.builders import make_client
from validators.client import Client
from validators.errors import FetchError
from validators.logout_queue import LogoutQueue

URI = "https://client.example/backchannel-logout"


@dataclass
class Receiver:
    """Stands where the network is: answers every POST with the next of ``statuses``, else the last one.

    A status of 0 is a network that does not work.
    """

    statuses: list[int] = field(default_factory=lambda: [200])
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __call__(self, url: str, form: Any) -> int:
        """Take one POST."""
        self.seen.append((url, dict(form)))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status == 0:
            raise FetchError("client.example does not answer")
        return status

    @property
    def claims(self) -> list[dict[str, Any]]:
        """What the logout tokens say, unverified."""
        return [unverified(form["logout_token"]) for _, form in self.seen]


def deliver(services: Services, receiver: Receiver) -> None:
    """Try once all that is due."""
    courier = logout_courier(services, receiver)
    for due in courier.due():
        courier.deliver(due)


def deliveries(services: Services) -> list[LogoutDelivery]:
    """Return every row, in the order of their making."""
    with services.database.reading() as session:
        return list(session.scalars(select(LogoutDelivery).order_by(LogoutDelivery.id)))


def queue_of(services: Services) -> LogoutQueue:
    """Return the rows that wait, as one process sees them."""
    return LogoutQueue(services.database, services.clock)


def make_listening_client(services: Services, **metadata: Any) -> tuple[Client, str]:
    """Register a client that wants to hear of logouts; return it and its secret."""
    return make_client(services, **({"backchannel_logout_uri": URI} | metadata))


def unverified(token: str) -> dict[str, Any]:
    """Return the claims of a JWT."""
    return dict(jwt.decode(token, options={"verify_signature": False}))


def form_of(body: bytes) -> dict[str, list[str]]:
    """Return the parameters of a form as it was sent."""
    return parse_qs(body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
