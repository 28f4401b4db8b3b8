"""Security events, written so that what is changed or taken away afterwards shows."""

import json
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from models.audit_event import AuditEvent
from models.database import Database
from validators.secret_digests import SecretDigests

AUDIT_EVENT = "audit_event"
CHAIN_BYTES = 16
COLUMNS = frozenset({"user_id", "client_id", "address"})

Details = Mapping[str, str | int | None]


class AuditRecord(NamedTuple):
    """One event of a chain; a time is NumericDate.

    Attributes:
        chain: 16 random bytes: which process wrote it, from which start or failure on.
        sequence: counts the chain's events from 0.
        occurred_at: when it happened.
        event: its name.
        user_id: the ``sub`` of the person it concerns, as the provider knows them.
        client_id: the client it concerns.
        address: where the request came from.
        details: what else is known: a JSON object.
    """

    chain: bytes
    sequence: int
    occurred_at: int
    event: str
    user_id: str | None
    client_id: str | None
    address: str | None
    details: str

    def mac(self, digests: SecretDigests) -> bytes:
        """Return the 32 bytes that nobody without the digest key can make."""
        return digests.digest(AUDIT_EVENT, json.dumps([self.chain.hex(), *self[1:]]))


class AuditTrail:
    """The chain of one process.

    Args:
        database: where events are stored.
        digests: authenticate each row.
        clock: NumericDate.
        keep_seconds: how long an event is kept.
    """

    def __init__(
        self, database: Database, digests: SecretDigests, clock: Callable[[], int], keep_seconds: int
    ) -> None:
        self._database = database
        self._digests = digests
        self._now = clock
        self._keep_seconds = keep_seconds
        self._lock = threading.Lock()  # the next event is counted only once this one is stored
        self._begin_chain()

    def record(self, event: str, details: Details) -> None:
        """Store one event in a transaction of its own.

        Whatever goes wrong, a new chain begins: it is not known whether the row is there.

        Raises:
            StoreUnavailable: the event was not stored, or nobody can tell.
        """
        with self._lock:
            try:
                self._store(event, details)
            except IntegrityError:  # a fork has shared this chain
                self._begin_chain()
                self._store(event, details)
            except BaseException:
                self._begin_chain()
                raise

    def _begin_chain(self) -> None:
        self._chain = secrets.token_bytes(CHAIN_BYTES)
        self._sequence = 0

    def _store(self, event: str, details: Details) -> None:
        rest = {name: value for name, value in details.items() if name not in COLUMNS and value is not None}
        record = AuditRecord(
            chain=self._chain,
            sequence=self._sequence,
            occurred_at=self._now(),
            event=event,
            details=json.dumps(rest),
            **{column: _text(details.get(column)) for column in COLUMNS},
        )
        row: dict[str, Any] = record._asdict() | {
            "mac": record.mac(self._digests),
            "expires_at": record.occurred_at + self._keep_seconds,
        }
        with self._database.session() as session:
            session.execute(insert(AuditEvent), row)
        self._sequence += 1


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)
