"""What the reconciliation asks of each kind of thing that a document tells of."""

from abc import ABC, abstractmethod
from typing import ClassVar

from provider.configuration.document import Entry


class Register(ABC):
    """The things of one kind. An entry is *canonical* when it says the same as the store in the same words.

    Attributes:
        kind: one of them, as reports call it: ``client``.
        member: all of them, as the document calls them: ``clients``.
        key: the member of an entry that tells it from others.

    Raises:
        BadEntry, InvalidClientMetadata, InvalidRegistration, InvalidPerson: for an entry that cannot be kept.
        StoreUnavailable: when the database cannot be reached.
    """

    kind: ClassVar[str]
    member: ClassVar[str]
    key: ClassVar[str]

    @abstractmethod
    def canonical(self, entry: Entry) -> Entry:
        """Return an entry of a document in canonical form, its secrets looked up."""

    @abstractmethod
    def stored(self) -> dict[str, Entry]:
        """Return the canonical entry of each thing that there is, by name, without secrets."""

    @abstractmethod
    def create(self, entry: Entry) -> str | None:
        """Make a thing; return a secret that was made for it."""

    @abstractmethod
    def change(self, there: Entry, entry: Entry) -> str | None:
        """Put ``entry`` in the place of what is there; return a secret that had to be made."""

    @abstractmethod
    def remove(self, there: Entry) -> None:
        """End a thing, as the command that deletes it does."""

    def name(self, entry: Entry) -> str:
        """Return what tells an entry from others: two with the same name are one thing."""
        return str(entry[self.key])

    def differences(self, there: Entry, entry: Entry) -> list[str]:
        """Return the members that are not as ``entry`` says; a secret that it does not tell is none."""
        return differing(there, entry)

    def prepare(self, there: Entry | None, entry: Entry) -> None:
        """Do what takes time and needs no lock, before a change is written; ``None``: it is new."""
        return

    def secrets(self, there: Entry) -> Entry:
        """Return the members of a thing that are secret, as far as they can be told."""
        return {}


def differing(there: Entry, entry: Entry, *, but: tuple[str, ...] = ()) -> list[str]:
    """Return the names of members that two canonical entries do not have alike, other than ``but``."""
    members = sorted({*there, *entry}.difference(but))
    return [member for member in members if there.get(member) != entry.get(member)]
