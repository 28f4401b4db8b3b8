"""The store made as a document says: in one transaction, or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.database import Database
from provider.configuration.changes import Action, Change
from provider.configuration.document import BadDocument, Document, Entry
from provider.configuration.entries import BadEntry
from provider.configuration.register import Register
from validators.metadata_values import InvalidClientMetadata
from validators.people import InvalidPerson
from validators.registered_names import InvalidRegistration, require_clients

ONE_AT_A_TIME = 0x70617065  # PostgreSQL's advisory lock of those who carry a document out
NAMING_CLIENTS = {"resources": ("client_ids", "server_ids"), "trusted_issuers": ("client_ids",)}
"""Members of entries that name clients, which must all be there in the end."""

Wanted = Mapping[str, Mapping[str, Entry]]


class Step(NamedTuple):
    """One thing to do, ``there`` what is stored now and ``entry`` what the document says, if either is."""

    register: Register
    change: Change
    there: Entry | None
    entry: Entry | None


class Done(NamedTuple):
    """What came of a document.

    Attributes:
        changes: what was done, or would be.
        left_alone: what is not in the document and stays all the same.
    """

    changes: list[Change]
    left_alone: list[Change]


class Reconciliation:
    """Compares a document with the store, and carries it out.

    Args:
        database: the store.
        registers: one of each kind, in the order in which they need each other.
        document: what an operator wants.

    Raises:
        BadDocument: from every method, when an entry cannot be kept; nothing is stored then.
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, registers: Sequence[Register], document: Document) -> None:
        self._database = database
        self._registers = [register for register in registers if register.member in document]
        self._wanted: Wanted = {
            register.member: _by_name(register, document[register.member]) for register in self._registers
        }

    def apply(self, *, prune: bool = False, dry_run: bool = False) -> Done:
        """Create and change what differs from the document.

        Args:
            prune: whether what is of a kind that the document names, but not in it, is removed.
            dry_run: whether all is done and then undone, so that what would be refused is known.
        """
        planned = self._plan()
        actions = frozenset(Action) if prune else frozenset(Action) - {Action.REMOVE}
        changes = self._carry_out(planned, actions, dry_run=dry_run)
        return Done(changes, [step.change for step in planned if step.change.action not in actions])

    def bring(self, *, dry_run: bool = False) -> Done:
        """Create what is missing, and nothing else.

        Raises:
            BadDocument: something is there already and not as the document says.
        """
        planned = self._plan()
        conflicts = [step.change for step in planned if step.change.action is Action.CHANGE]
        if conflicts:
            first, others = conflicts[0], len(conflicts) - 1
            more = f", and {others} more" if others else ""
            differs = ", ".join(first.members)
            raise BadDocument(
                f"{first.kind} {first.name}: is there already and differs in {differs}{more}; "
                "flask apply changes what is there"
            )
        return Done(self._carry_out(planned, frozenset({Action.CREATE}), dry_run=dry_run), [])

    def _plan(self) -> list[Step]:
        """Return what it would take: removals first, each kind after those that it needs."""
        removals: list[Step] = []
        others: list[Step] = []
        for register in self._registers:
            stored, wanted = register.stored(), self._wanted[register.member]
            for name, there in sorted(stored.items()):
                if name not in wanted:
                    removals.append(_step(register, Action.REMOVE, there, None))
            for name, entry in wanted.items():
                there_or_none = stored.get(name)
                if there_or_none is None:
                    others.append(_step(register, Action.CREATE, None, entry))
                elif members := register.differences(there_or_none, entry):
                    others.append(_step(register, Action.CHANGE, there_or_none, entry, members))
        return [*reversed(removals), *others]

    def _carry_out(
        self, planned: Sequence[Step], actions: frozenset[Action], *, dry_run: bool
    ) -> list[Change]:
        if not any(step.change.action in actions for step in planned):
            return []
        for step in planned:
            if step.entry is not None:
                with _told_of(step.register, step.entry):
                    step.register.prepare(step.there, step.entry)
        with self._database.joined() as session:
            if not self._database.is_sqlite:  # which has one writer at a time anyway
                session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
            # Looked at again: between the plan and the transaction somebody else may have written.
            changes = [_do(step) for step in self._plan() if step.change.action in actions]
            self._require_clients(session)
            if dry_run:
                session.rollback()
        return [change._replace(secret=None) for change in changes] if dry_run else changes

    def _require_clients(self, session: Session) -> None:
        for register in self._registers:
            for entry in self._wanted[register.member].values():
                with _told_of(register, entry):
                    for member in NAMING_CLIENTS.get(register.member, ()):
                        require_clients(session, member, entry.get(member, ()))


def _by_name(register: Register, entries: Sequence[Entry]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for position, given in enumerate(entries):
        with _told_of(register, given, position):
            entry = register.canonical(given)
            name = register.name(entry)
            if name in found:
                raise BadEntry(register.key, "is there twice")
        found[name] = entry
    return found


def _step(
    register: Register, action: Action, there: Entry | None, entry: Entry | None, members: Sequence[str] = ()
) -> Step:
    told = entry or there or {}
    change = Change(action, register.kind, str(told[register.key]), tuple(members))
    return Step(register, change, there, entry)


def _do(step: Step) -> Change:
    register, change, there, entry = step
    with _told_of(register, entry or there or {}):
        if entry is None:
            register.remove(there or {})
            return change
        secret = register.create(entry) if there is None else register.change(there, entry)
    return change._replace(secret=secret)


@contextmanager
def _told_of(register: Register, entry: Entry, position: int | None = None) -> Iterator[None]:
    """Say of which entry an error is: by its name, or where it has none by its place."""
    try:
        yield
    except (BadEntry, InvalidClientMetadata) as error:
        raise _bad(register, entry, position, error.member, error.problem) from error
    except (InvalidRegistration, InvalidPerson) as error:
        raise _bad(register, entry, position, error.field, error.problem) from error


def _bad(register: Register, entry: Entry, position: int | None, member: str, problem: str) -> BadDocument:
    name = entry.get(register.key)
    is_named = isinstance(name, str) and name
    where = f"{register.kind} {name}" if is_named else f"{register.member}[{position}]"
    return BadDocument(f"{where}: {member}: {problem}")
