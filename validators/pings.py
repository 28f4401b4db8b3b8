"""What clients are to hear of a decision: sealed while it waits, noted when it is taken (CIBA Core §10.2)."""

import json
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import event
from sqlalchemy.orm import Session

from keys.sealed import Sealer
from models.logout_delivery import WAITING
from models.ping_delivery import PingDelivery
from validators.sign_in_ends import KEPT_SECONDS, QUEUED

PURPOSE = "backchannel-ping"


class Ping(NamedTuple):
    """One notification."""

    auth_req_id: str
    token: str
    """The bearer token by which the client knows it."""


class Pings:
    """Keeps them until they are sent.

    Args:
        sealer: for both values, which are secrets.
        clock: NumericDate.
    """

    def __init__(self, sealer: Sealer, clock: Callable[[], int]) -> None:
        self._sealer = sealer
        self._now = clock

    def seal(self, auth_req_id: str, token: str) -> bytes:
        """Return what is to be sent, for the store."""
        return self._sealer.seal(json.dumps(Ping(auth_req_id, token)).encode())

    def open(self, sealed: bytes) -> Ping:
        """Return what was sealed.

        Raises:
            BadSeal: its master key is gone.
        """
        return Ping(*json.loads(self._sealer.open(sealed)))

    def note(
        self, session: Session, sealed_ping: bytes, *, client_id: str, user_id: str, give_up_at: int
    ) -> None:
        """Write down that a client is to be told; whoever delivers hears of it with the commit.

        Args:
            session: the open transaction in which the decision is written.
            sealed_ping: from ``seal``.
            client_id: who is to hear.
            user_id: who has decided.
            give_up_at: when the news is of no more use, NumericDate.
        """
        now = self._now()
        session.add(
            PingDelivery(
                client_id=client_id,
                user_id=user_id,
                sealed_ping=sealed_ping,
                state=WAITING,
                tries=0,
                created_at=now,
                next_try_at=now,
                give_up_at=give_up_at,
                expires_at=give_up_at + KEPT_SECONDS,
            )
        )
        event.listen(session, "after_commit", _wake, once=True)


def _wake(_session: Session) -> None:
    QUEUED.set()
