"""People in a document: ``name``, ``sub``, ``email``, ``claims``, ``disabled``, ``password_hash``."""

from collections.abc import Iterator
from contextlib import contextmanager

from provider.configuration import entries
from provider.configuration.document import Entry
from provider.configuration.references import References
from provider.configuration.register import Register, differing
from validators.handles import handle_of
from validators.last_operator import LastOperator
from validators.people import People as Accounts
from validators.person_records import PersonRecord, PersonRecords

MEMBERS = ("name", "sub", "email", "claims", "disabled", "password_hash")
UNLESS_TOLD = ("sub", "password_hash")
"""Members that stay as they are where a document does not tell them."""


class People(Register):
    """See ``Register``.

    Args:
        records: what makes and changes them.
        accounts: what ends them.
        references: where password hashes may be.
    """

    kind, member, key = "person", "people", "name"

    def __init__(self, records: PersonRecords, accounts: Accounts, references: References) -> None:
        self._records = records
        self._accounts = accounts
        self._references = references
        self._hashes: dict[str, str | None] = {}

    def canonical(self, entry: Entry) -> Entry:
        """See ``Register``."""
        entries.require_known(entry, MEMBERS)
        record = PersonRecord(
            name=entries.text(entry, "name"),
            email=entries.text_or_none(entry, "email"),
            claims=entries.json_object(entry, "claims") or {},
            is_disabled=entries.flag(entry, "disabled"),
            sub=entries.text_or_none(entry, "sub"),
            password_hash=self._references.secret(entry, "password_hash"),
        )
        return _entry(record.checked())

    def name(self, entry: Entry) -> str:
        """See ``Register``: the name that they type, however they write it."""
        return handle_of(entry["name"]) or str(entry["name"])

    def stored(self) -> dict[str, Entry]:
        """See ``Register``."""
        records = self._records.all()
        self._hashes = {str(record.sub): record.password_hash for record in records}
        found = (_entry(record._replace(password_hash=None)) for record in records)
        return {self.name(entry): entry for entry in found}

    def differences(self, there: Entry, entry: Entry) -> list[str]:
        """See ``Register``: a password that somebody has is theirs, whatever a document says."""
        found = differing(there, entry, but=UNLESS_TOLD)
        if entry.get("sub", there["sub"]) != there["sub"]:
            found.append("sub")
        if "password_hash" in entry and self._hashes[there["sub"]] is None:
            found.append("password_hash")
        return found

    def create(self, entry: Entry) -> None:
        """See ``Register``: somebody who is removed in the same breath leaves their ``sub`` to nobody."""
        if entry.get("sub") in self._hashes:
            raise entries.BadEntry("sub", "is taken")
        self._records.create(record_of(entry))

    def change(self, there: Entry, entry: Entry) -> None:
        """See ``Register``."""
        with _sparing_the_last_operator():
            self._records.change(there["sub"], record_of(entry))

    def remove(self, there: Entry) -> None:
        """See ``Register``."""
        with _sparing_the_last_operator():
            self._accounts.delete(there["sub"], spares_last=True)

    def secrets(self, there: Entry) -> Entry:
        """See ``Register``."""
        password_hash = self._hashes[there["sub"]]
        return {} if password_hash is None else {"password_hash": password_hash}


@contextmanager
def _sparing_the_last_operator() -> Iterator[None]:
    """Refuse a document that leaves nobody to operate the provider: it cannot say who does instead.

    Raises:
        BadEntry: this is the last one who can sign in.
    """
    try:
        yield
    except LastOperator:
        raise entries.BadEntry(
            "name", "is the last operator, whom flask user disable and delete end, and no document"
        ) from None


def _entry(record: PersonRecord) -> Entry:
    values = record._asdict()
    return entries.said(
        {member: values["is_disabled" if member == "disabled" else member] for member in MEMBERS}
    )


def record_of(entry: Entry) -> PersonRecord:
    """Return what a canonical entry says."""
    return PersonRecord(
        name=entry["name"],
        email=entry.get("email"),
        claims=entry.get("claims", {}),
        is_disabled=entry.get("disabled", False),
        sub=entry.get("sub"),
        password_hash=entry.get("password_hash"),
    )
