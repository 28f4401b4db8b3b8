"""Rows that nothing can name any more, removed in batches that are short, however large the store."""

import gc
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Integer, bindparam, delete, or_, select

from models.account_link import AccountLink
from models.audit_event import AuditEvent
from models.authorization_request import AuthorizationRequestRow
from models.backchannel_request import BackchannelRequest
from models.database import Database
from models.device_code import DeviceCode
from models.grant import Grant, RevokedToken
from models.login_session import LoginSession
from models.logout_delivery import LogoutDelivery
from models.ping_delivery import PingDelivery
from models.used_assertion import UsedAssertion

FIRST_BATCH, LARGEST_BATCH = 10, 1000
BATCH_SECONDS = 0.005
"""How long removing the rows of a batch should take; its size follows from how long the last one took.

The commit is not counted: it takes about as long again, waits for the disk as long for one row as for
many, and on SQLite may go on to copy the log into the file, which keeps nobody from writing.
"""
PRUNED: tuple[type[Any], ...] = (
    Grant,
    RevokedToken,
    AuthorizationRequestRow,
    DeviceCode,
    UsedAssertion,
    LoginSession,
    LogoutDelivery,
    BackchannelRequest,
    PingDelivery,
    AuditEvent,
    AccountLink,
)


class Pruning:
    """Removes what has expired: grants, revoked tokens, requests, sign-ins, links, deliveries, events.

    A sign-in that was ended stays until no grant made in it can be alive: until then it stops them.

    Args:
        database: where the rows are.
        clock: NumericDate.
        grant_seconds: the longest life of a grant.
    """

    def __init__(self, database: Database, clock: Callable[[], int], grant_seconds: int) -> None:
        self._database = database
        self._now = clock
        self._grant_seconds = grant_seconds

    def prune(self) -> dict[str, int]:
        """Remove expired rows and return how many, by table.

        Each batch is a transaction of its own; nothing is counted beforehand and no lock outlives a batch.
        After each one others have as much time as it took. On PostgreSQL rows that another transaction
        holds are passed over, so that two who prune at once never wait for each other.

        Raises:
            StoreUnavailable: the database cannot be reached; what is already removed stays removed.
        """
        gc.freeze()  # a full collection, of all that the program holds, would come while a lock is held
        try:
            return {table.__tablename__: self._prune(table) for table in PRUNED}
        finally:
            gc.unfreeze()

    def _prune(self, table: type[Any]) -> int:
        statement = _expired_batch(table)
        now, since, pruned, size = self._now(), 0, 0, FIRST_BATCH
        params = {"now": now}
        if table is LoginSession:
            params["ended_before"] = now - self._grant_seconds
        while True:
            with self._database.session() as session:
                connection = session.connection()  # SQLite waits for its lock here
                started = time.monotonic()
                rows = connection.execute(statement, {**params, "since": since, "size": size}).all()
                took = time.monotonic() - started
            pruned += len(rows)
            if len(rows) < size:
                return pruned
            size = next_size(size, took)
            time.sleep(time.monotonic() - started)
            # The next batch need not walk again over what this one left behind or removed.
            since = max(expires_at for (expires_at,) in rows)


def next_size(size: int, took: float) -> int:
    """Return how many rows to remove next: one at least, at most twice as many as before."""
    wanted = size * BATCH_SECONDS / took if took else LARGEST_BATCH
    return max(1, min(int(wanted), 2 * size, LARGEST_BATCH))


def _expired_batch(table: type[Any]) -> Any:
    (key,) = table.__table__.primary_key.columns
    expired = (
        select(key)
        .where(table.expires_at < bindparam("now"), table.expires_at >= bindparam("since"))
        .order_by(table.expires_at)
        .limit(bindparam("size", type_=Integer))
        .with_for_update(skip_locked=True)
    )
    if table is LoginSession:
        expired = expired.where(
            or_(LoginSession.ended_at.is_(None), LoginSession.ended_at < bindparam("ended_before"))
        )
    return delete(table).where(key.in_(expired)).returning(table.expires_at)
