"""Types of authorization details in a document: ``name``, ``schema``, ``template`` (RFC 9396 §2.1)."""

import json

from provider.configuration import entries
from provider.configuration.document import Entry
from provider.configuration.register import Register
from validators.authorization_type_directory import AuthorizationTypeDirectory


class AuthorizationTypes(Register):
    """See ``Register``.

    Args:
        directory: what changes them.
    """

    kind, member, key = "authorization-type", "authorization_types", "name"

    def __init__(self, directory: AuthorizationTypeDirectory) -> None:
        self._directory = directory

    def canonical(self, entry: Entry) -> Entry:
        """See ``Register``; a schema is kept whole, be it empty."""
        entries.require_known(entry, ("name", "schema", "template"))
        schema = entries.json_object(entry, "schema")
        if schema is None:
            raise entries.BadEntry("schema", "must be an object")
        words = {"name": entries.text(entry, "name"), "template": entries.text_or_none(entry, "template")}
        return entries.said(words) | {"schema": schema}

    def stored(self) -> dict[str, Entry]:
        """See ``Register``."""
        return {
            each.name: self.canonical(
                {"name": each.name, "template": each.template, "schema": json.loads(each.schema)}
            )
            for each in self._directory.list()
        }

    def create(self, entry: Entry) -> None:
        """See ``Register``."""
        self._directory.create(**entry)

    def change(self, there: Entry, entry: Entry) -> None:
        """See ``Register``."""
        self._directory.create(**entry, replace=True)

    def remove(self, there: Entry) -> None:
        """See ``Register``."""
        self._directory.delete(there["name"])
