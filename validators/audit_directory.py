"""Security events that were kept, as operators read and check them."""

import builtins
import hmac
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from models.audit_event import AuditEvent
from models.database import Database
from validators.audit_trail import AuditRecord
from validators.secret_digests import SecretDigests

ROWS_AT_A_TIME = 1000
RECORD = tuple(getattr(AuditEvent, field) for field in AuditRecord._fields)


class Fault(NamedTuple):
    """Something that does not hold.

    Attributes:
        chain: of which process.
        sequence: the event before which rows are missing, or that was changed.
        problem: in words.
    """

    chain: bytes
    sequence: int
    problem: str


class Verification(NamedTuple):
    """What a look at every event found."""

    events: int
    chains: int
    faults: list[Fault]


class AuditDirectory:
    """All events that have not been pruned.

    Args:
        database: where they are stored.
        digests: with the key they were authenticated under.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, digests: SecretDigests) -> None:
        self._database = database
        self._digests = digests

    def list(
        self,
        *,
        event: str | None = None,
        user_id: str | None = None,
        client_id: str | None = None,
        since: int | None = None,
        limit: int,
    ) -> builtins.list[AuditRecord]:
        """Return events, the newest first; all, or those that are asked for."""
        found = self.before(None, event=event, user_id=user_id, client_id=client_id, since=since, limit=limit)
        return [record for _, record in found]

    def before(
        self,
        event_id: int | None,
        *,
        event: str | None = None,
        user_id: str | None = None,
        client_id: str | None = None,
        since: int | None = None,
        until: int | None = None,
        limit: int,
    ) -> builtins.list[tuple[int, AuditRecord]]:
        """Return events stored before ``event_id``, each with its id, the newest first.

        Args:
            event_id: where to go on; ``None``: at the newest.
            event: only those of this name.
            user_id: only those that concern this person.
            client_id: only those that concern this client.
            since: NumericDate; only those of then and later.
            until: NumericDate; only those of before.
            limit: at most so many.
        """
        conditions = (
            None if event_id is None else AuditEvent.id < event_id,
            None if event is None else AuditEvent.event == event,
            None if user_id is None else AuditEvent.user_id == user_id,
            None if client_id is None else AuditEvent.client_id == client_id,
            None if since is None else AuditEvent.occurred_at >= since,
            None if until is None else AuditEvent.occurred_at < until,
        )
        statement = (
            select(AuditEvent.id, *RECORD)
            .where(*(condition for condition in conditions if condition is not None))
            .order_by(AuditEvent.id.desc())
            .limit(limit)
        )
        with self._database.reading() as session:
            return [(number, AuditRecord._make(row)) for number, *row in session.execute(statement)]

    def newest_id(self) -> int:
        """Return the id of the event stored last; 0 where there is none."""
        with self._database.reading() as session:
            return session.scalar(select(AuditEvent.id).order_by(AuditEvent.id.desc()).limit(1)) or 0

    def after(self, event_id: int) -> builtins.list[tuple[int, AuditRecord]]:
        """Return the events stored after ``event_id``, each with its id, the oldest first."""
        statement = select(AuditEvent.id, *RECORD).where(AuditEvent.id > event_id).order_by(AuditEvent.id)
        with self._database.reading() as session:
            return [(number, AuditRecord._make(row)) for number, *row in session.execute(statement)]

    def verify(self) -> Verification:
        """Look at every event: who changed one, or took one out of a chain, is found out.

        What is gone at a chain's beginning may have expired, and what is gone at its end cannot be missed.
        """
        events, chains, faults = 0, 0, list[Fault]()
        before: AuditRecord | None = None
        with self._database.reading() as session:
            for record, mac in _all(session):
                events += 1
                if not hmac.compare_digest(record.mac(self._digests), mac):
                    faults.append(Fault(record.chain, record.sequence, "was changed or forged"))
                if before is None or before.chain != record.chain:
                    chains += 1
                elif record.sequence != before.sequence + 1:
                    missing = record.sequence - before.sequence - 1
                    faults.append(Fault(record.chain, record.sequence, f"{missing} missing before it"))
                before = record
        return Verification(events, chains, faults)


def _all(session: Session) -> Iterator[tuple[AuditRecord, bytes]]:
    """Yield every event with its MAC, chain by chain, a page at a time: each page begins after the last."""
    position = tuple_(AuditEvent.chain, AuditEvent.sequence)
    statement = select(*RECORD, AuditEvent.mac).order_by(AuditEvent.chain, AuditEvent.sequence)
    last: tuple[bytes, int] = (b"", -1)
    while rows := session.execute(statement.where(position > last).limit(ROWS_AT_A_TIME)).all():
        for *record, mac in rows:
            found = AuditRecord._make(record)
            last = (found.chain, found.sequence)
            yield found, mac
