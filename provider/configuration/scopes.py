"""Scopes of one's own in a document: ``name``, ``claims``, ``description``."""

from provider.configuration import entries
from provider.configuration.document import Entry
from provider.configuration.register import Register
from validators.scope_directory import ScopeDirectory


class Scopes(Register):
    """See ``Register``.

    Args:
        directory: what changes them.
    """

    kind, member, key = "scope", "scopes", "name"

    def __init__(self, directory: ScopeDirectory) -> None:
        self._directory = directory

    def canonical(self, entry: Entry) -> Entry:
        """See ``Register``."""
        entries.require_known(entry, ("name", "claims", "description"))
        return entries.said(
            {
                "name": entries.text(entry, "name"),
                "description": entries.text_or_none(entry, "description"),
                "claims": entries.texts(entry, "claims"),
            }
        )

    def stored(self) -> dict[str, Entry]:
        """See ``Register``."""
        return {
            scope.name: self.canonical(
                {"name": scope.name, "description": scope.description, "claims": list(scope.claims)}
            )
            for scope in self._directory.list()
        }

    def create(self, entry: Entry) -> None:
        """See ``Register``."""
        self._directory.create(**entry)

    def change(self, there: Entry, entry: Entry) -> None:
        """See ``Register``."""
        self._directory.change(**entry)

    def remove(self, there: Entry) -> None:
        """See ``Register``."""
        self._directory.delete(there["name"])
