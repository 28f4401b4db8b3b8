"""Pings that are due."""

from collections.abc import Callable
from typing import NamedTuple

from models.database import Database
from models.ping_delivery import PingDelivery
from validators.delivery_queue import DeliveryQueue


class DuePing(NamedTuple):
    """One client that is to hear that one of its requests has been decided."""

    id: int
    client_id: str
    user_id: str
    sealed_ping: bytes
    tries: int
    give_up_at: int


class PingQueue(DeliveryQueue[DuePing]):
    """The rows of ``ping_deliveries`` that wait.

    Args:
        database: where the rows are.
        clock: NumericDate.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        super().__init__(database, clock, PingDelivery, DuePing)
