"""Clients in a document: the members of RFC 7591 §2 and Paper's own, with ``client_id``."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from models.client import ClientRow
from models.database import Database
from provider.configuration import entries
from provider.configuration.document import Entry
from provider.configuration.references import References
from provider.configuration.register import Register, differing
from validators.client_directory import ClientDirectory
from validators.client_metadata import read_client_metadata
from validators.client_secrets import first_client_id, first_secret
from validators.metadata_values import InvalidClientMetadata
from validators.readable_secrets import ReadableSecrets
from validators.secret_digests import CLIENT_SECRET, SecretDigests
from validators.sector_documents import SectorDocuments

ID, SECRET = "client_id", "client_secret"
FIRST = (ID, "client_name")


class Clients(Register):
    """See ``Register``. Clients that registered themselves are their own: no document tells of them.

    Args:
        database: where they are stored.
        directory: what changes them.
        digests: how their secrets are stored.
        readable: how those are that the provider computes with.
        sectors: what proves the sector of a client, remembered for as long as a document is carried out.
        floor: the profile that every client has at least.
        references: where secrets may be.
    """

    kind, member, key = "client", "clients", "client_id"

    def __init__(
        self,
        *,
        database: Database,
        directory: ClientDirectory,
        digests: SecretDigests,
        readable: ReadableSecrets,
        sectors: SectorDocuments,
        floor: str,
        references: References,
    ) -> None:
        self._database = database
        self._directory = directory
        self._digests = digests
        self._readable = readable
        self._sectors = sectors
        self._floor = floor
        self._references = references
        self._rows: dict[str, ClientRow] = {}

    def canonical(self, entry: Entry) -> Entry:
        """See ``Register``: the defaults are filled in by what registers clients."""
        client_id = first_client_id(entries.text(entry, ID))
        secret = self._references.secret(entry, SECRET)
        metadata = self._metadata(entry)
        told = {} if secret is None else {SECRET: first_secret(metadata, secret)}
        return _ordered({ID: client_id, **metadata}) | told

    def stored(self) -> dict[str, Entry]:
        """See ``Register``."""
        statement = select(ClientRow).where(
            ClientRow.deleted_at.is_(None), ClientRow.registration_access_token_digest.is_(None)
        )
        with self._database.reading() as session:
            rows = session.scalars(statement).all()
        self._rows = {row.client_id: row for row in rows}
        return {row.client_id: self._entry(row) for row in rows}

    def differences(self, there: Entry, entry: Entry) -> list[str]:
        """See ``Register``: a secret that is not told stays."""
        found = differing(there, entry, but=(SECRET,))
        digest = self._rows[there[ID]].secret_digest
        if SECRET in entry and not self._digests.matches(CLIENT_SECRET, entry[SECRET], digest):
            found.append(SECRET)
        return found

    def prepare(self, there: Entry | None, entry: Entry) -> None:
        """See ``Register``: fetch what a sector says of its redirect URIs."""
        self._sectors.prove(entry, there)

    def create(self, entry: Entry) -> str | None:
        """See ``Register``."""
        _, secret = self._directory.create(entry)
        return None if SECRET in entry else secret

    def change(self, there: Entry, entry: Entry) -> str | None:
        """See ``Register``."""
        changed = self._directory.put(there[ID], entry, entry.get(SECRET))
        return None if changed is None else changed[1]

    def remove(self, there: Entry) -> None:
        """See ``Register``."""
        self._directory.delete(there[ID])

    def secrets(self, there: Entry) -> Entry:
        """See ``Register``: of most there is a digest alone, which means nothing under another digest key."""
        sealed = self._rows[there[ID]].sealed_secret
        return {} if sealed is None else {SECRET: self._readable.open(sealed)}

    def has_digest_alone(self, there: Entry) -> bool:
        """Whether a client has a secret that nobody can tell."""
        row = self._rows[there[ID]]
        return row.secret_digest is not None and row.sealed_secret is None

    def _metadata(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return read_client_metadata(entry, registered_by="operator", floor=self._floor)

    def _entry(self, row: ClientRow) -> Entry:
        """Return what is stored, by today's rules: what they add is no difference."""
        stored = json.loads(row.client_metadata)
        try:
            return _ordered({ID: row.client_id, **self._metadata(stored)})
        except InvalidClientMetadata:  # registered under rules that were others
            return _ordered({ID: row.client_id, **stored})


def _ordered(entry: Entry) -> Entry:
    """Return the members in one order, those first that people look for."""
    first = {member: entry[member] for member in FIRST if member in entry}
    return first | {member: entry[member] for member in sorted(entry) if member not in first}
