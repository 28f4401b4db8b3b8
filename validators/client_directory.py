"""Client registrations as an operator makes, changes and ends them (RFC 7591 §3, RFC 7592 §2)."""

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.client import ClientRow
from models.consent import Consent
from models.database import Database
from models.grant import Grant
from validators.auth_methods import METHODS
from validators.client import Client
from validators.client_information import client_information
from validators.client_metadata import PREFIX, InvalidClientMetadata, read_client_metadata
from validators.client_secrets import first_client_id, first_secret, secret_for
from validators.clients import is_client_id
from validators.metadata_subjects import require_same_subjects
from validators.metadata_uris import RegisteredBy
from validators.offered_metadata import require_offered
from validators.profiles import DEFAULT
from validators.readable_secrets import ReadableSecrets
from validators.secret_digests import SecretDigests
from validators.sector_documents import Proven, SectorDocuments, out_of_reach, require_proven
from validators.stored_secrets import StoredSecrets


class ClientDirectory:
    """Every client registration, for those who may change it.

    Args:
        database: where they are stored.
        clock: NumericDate.
        digests: how secrets are stored.
        algorithms: returns what this provider signs with now.
        readable: how secrets are stored that the provider computes with.
        methods: how clients may authenticate here.
        sectors: what proves the sector of a client; ``None``: no sector identifier URI is accepted.
        floor: the profile that every client has at least.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], int],
        digests: SecretDigests,
        algorithms: Callable[[], Collection[str]],
        readable: ReadableSecrets,
        methods: Collection[str] = METHODS,
        sectors: SectorDocuments | None = None,
        floor: str = DEFAULT,
    ) -> None:
        self._database = database
        self._now = clock
        self._algorithms = algorithms
        self._secrets = StoredSecrets(digests, readable)
        self._methods = methods
        self._floor = floor
        self._sectors = sectors or SectorDocuments(out_of_reach)

    def create(
        self,
        metadata: Mapping[str, Any],
        client_id: str | None = None,
        client_secret: str | None = None,
        *,
        registered_by: RegisteredBy = "operator",
        before: Callable[[Session, ClientRow], None] | None = None,
    ) -> tuple[Client, str | None]:
        """Register a client; return it and its secret, which is not readable again.

        Args:
            metadata: a client metadata document (RFC 7591 §2); an operator's may hold the next two.
            client_id: an identifier of the operator's choice; else 128 random bits.
            client_secret: a secret brought from elsewhere; else 256 random bits, if it needs one.
            registered_by: whether an operator or anybody may have sent the document.
            before: called in the transaction that adds the row; what it raises undoes both.

        Raises:
            InvalidClientMetadata: something is wrong or the identifier was used before; nothing is stored.
        """
        checked = self._checked(metadata, registered_by)
        self._sectors.prove(checked)
        if registered_by == "operator":
            client_id = metadata.get("client_id") if client_id is None else client_id
            client_secret = metadata.get("client_secret") if client_secret is None else client_secret
        client_id = first_client_id(client_id)
        secret = first_secret(checked, client_secret)
        row = ClientRow(
            client_id=client_id,
            client_metadata=json.dumps(checked),
            version=1,
            created_at=self._now(),
        )
        self._secrets.keep(row, checked, secret)
        try:
            with self._database.session() as session:
                if before is not None:
                    before(session, row)
                session.add(row)
        except IntegrityError:
            raise InvalidClientMetadata(
                "client_id", "is or was in use; an identifier is never used again"
            ) from None
        return _client(row), secret

    def update(self, client_id: str, changes: Mapping[str, Any]) -> tuple[Client, str | None] | None:
        """Merge ``changes`` into the metadata, member by member; ``null`` removes one.

        Returns:
            The client, and a new secret if this change made it need one: its first, or one that the
            provider can compute with. ``None`` when there is no such client.

        Raises:
            InvalidClientMetadata: the whole would not be valid; nothing is stored.
        """

        def merge(metadata: Mapping[str, Any]) -> dict[str, Any]:
            merged = {**metadata, **changes}
            if "token_endpoint_auth_method" in changes and "paper_any_secret_method" not in changes:
                merged.pop("paper_any_secret_method", None)
            return self._checked(merged, "operator")

        return self._change(client_id, changes, merge)

    def replace(self, client_id: str, document: Mapping[str, Any]) -> tuple[Client, str | None] | None:
        """Put ``document``, a client's own, in the place of its metadata (RFC 7592 §2.2).

        The members that are the operator's to set stay as they are, named or not.

        Returns:
            As ``update`` does.

        Raises:
            InvalidClientMetadata: the whole would not be valid; nothing is stored.
        """

        def replaced(metadata: Mapping[str, Any]) -> dict[str, Any]:
            kept = {name: value for name, value in metadata.items() if name.startswith(PREFIX)}
            own = {n: v for n, v in document.items() if n not in kept or v != kept[n]}
            return self._checked({**self._checked(own, "dynamic"), **kept}, "operator")

        return self._change(client_id, document, replaced)

    def put(
        self, client_id: str, document: Mapping[str, Any], client_secret: str | None = None
    ) -> tuple[Client, str | None] | None:
        """Put ``document``, an operator's, in the place of all of a client's metadata.

        Args:
            client_id: whose.
            document: as for ``create``; what it does not name gets its default.
            client_secret: a secret brought from elsewhere, in the place of the one it has.

        Returns:
            As ``update`` does.

        Raises:
            InvalidClientMetadata: the whole would not be valid; nothing is stored.
        """
        return self._change(client_id, document, lambda _: self._checked(document, "operator"), client_secret)

    def rotate_secret(self, client_id: str) -> str | None:
        """Replace the secret at once and return the new one; ``None`` when there is no such client.

        Raises:
            InvalidClientMetadata: the client has no secret.
        """
        with self._database.session() as session:
            row = _live(session, client_id)
            if row is None:
                return None
            if row.secret_digest is None:
                raise InvalidClientMetadata(
                    "token_endpoint_auth_method", "the client authenticates without a secret"
                )
            metadata = json.loads(row.client_metadata)
            secret = secret_for(metadata)
            self._secrets.keep(row, metadata, secret)
            row.version += 1
        return secret

    def delete(self, client_id: str) -> bool:
        """Empty a registration and revoke its grants; false when there is no such client.

        The identifier stays behind, so that it is never used again.
        """
        now = self._now()
        with self._database.session() as session:
            row = _live(session, client_id)
            if row is None:
                return False
            row.client_metadata = "{}"
            row.secret_digest = row.sealed_secret = row.registration_access_token_digest = None
            row.deleted_at = now
            row.version += 1
            session.execute(delete(Consent).where(Consent.client_id == client_id))
            session.execute(
                update(Grant)
                .where(Grant.client_id == client_id, Grant.revoked_at.is_(None))
                .values(revoked_at=now)
            )
        return True

    def show(self, client_id: str, client_secret: str | None = None) -> dict[str, Any] | None:
        """Return the client information response (RFC 7591 §3.2.1), or ``None`` when there is no such client.

        Args:
            client_id: whose.
            client_secret: the secret to show, where it is still known.
        """
        if not is_client_id(client_id):
            return None
        with self._database.reading() as session:
            row = session.get(ClientRow, client_id)
        return None if row is None or row.deleted_at is not None else client_information(row, client_secret)

    def list(self) -> list[dict[str, Any]]:
        """Return the client information of every client, oldest first, without secrets."""
        living = (
            select(ClientRow)
            .where(ClientRow.deleted_at.is_(None))
            .order_by(ClientRow.created_at, ClientRow.client_id)
        )
        with self._database.reading() as session:
            return [client_information(row) for row in session.scalars(living)]

    def _checked(self, metadata: Mapping[str, Any], registered_by: RegisteredBy) -> dict[str, Any]:
        checked = read_client_metadata(metadata, registered_by=registered_by, floor=self._floor)
        require_offered(checked, algorithms=self._algorithms(), methods=self._methods)
        return checked

    def _proven(
        self, client_id: str, metadata_from: Callable[[Mapping[str, Any]], dict[str, Any]]
    ) -> Proven | None:
        """Fetch what the change of a client needs, before anything is locked."""
        if not is_client_id(client_id):
            return None
        with self._database.reading() as session:
            row = session.get(ClientRow, client_id)
        if row is None or row.deleted_at is not None:
            return None
        known = json.loads(row.client_metadata)
        return self._sectors.prove(metadata_from(known), known)

    def _change(
        self,
        client_id: str,
        sent: Mapping[str, Any],
        metadata_from: Callable[[Mapping[str, Any]], dict[str, Any]],
        client_secret: str | None = None,
    ) -> tuple[Client, str | None] | None:
        proven = self._proven(client_id, metadata_from)
        with self._database.session() as session:
            row = _live(session, client_id)
            if row is None:
                return None
            if client_secret is None:
                self._secrets.require_same(row, sent)
            known = json.loads(row.client_metadata)
            checked = metadata_from(known)
            require_proven(checked, proven)
            require_same_subjects(known, checked)
            secret = self._secrets.follow(row, checked, client_secret)
            row.client_metadata = json.dumps(checked)
            row.version += 1
        return _client(row), secret


def _live(session: Session, client_id: str) -> ClientRow | None:
    """Return a client's row, locked until the end of the transaction."""
    if not is_client_id(client_id):
        return None
    row = session.get(ClientRow, client_id, with_for_update=True)
    return None if row is None or row.deleted_at is not None else row


def _client(row: ClientRow) -> Client:
    return Client.from_row(
        row.client_id, row.version, row.secret_digest, row.sealed_secret, row.client_metadata
    )
