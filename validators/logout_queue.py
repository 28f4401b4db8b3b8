"""Logout tokens that are due."""

from collections.abc import Callable
from typing import NamedTuple

from models.database import Database
from models.logout_delivery import LogoutDelivery
from validators.delivery_queue import DeliveryQueue


class DueLogout(NamedTuple):
    """One client that is to hear of the end of one sign-in."""

    id: int
    client_id: str
    user_id: str
    login_session_id: bytes
    tries: int
    give_up_at: int


class LogoutQueue(DeliveryQueue[DueLogout]):
    """The rows of ``logout_deliveries`` that wait.

    Args:
        database: where the rows are.
        clock: NumericDate.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        super().__init__(database, clock, LogoutDelivery, DueLogout)
