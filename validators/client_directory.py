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
from validators.client import Client
from validators.client_metadata import InvalidClientMetadata, read_client_metadata
from validators.client_secrets import first_client_id, first_secret, has_secret
from validators.clients import is_client_id
from validators.metadata_uris import RegisteredBy
from validators.secret_digests import CLIENT_SECRET, SecretDigests, new_secret

ID_TOKEN_ALG = "id_token_signed_response_alg"  # noqa: S105 - a member, not a secret


class ClientDirectory:
    """Every client registration, for those who may change it.

    Args:
        database: where they are stored.
        clock: NumericDate.
        digests: how secrets are stored.
        algorithms: returns what this provider signs with now.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], int],
        digests: SecretDigests,
        algorithms: Callable[[], Collection[str]],
    ) -> None:
        self._database = database
        self._now = clock
        self._digests = digests
        self._algorithms = algorithms

    def create(
        self,
        metadata: Mapping[str, Any],
        client_id: str | None = None,
        client_secret: str | None = None,
        *,
        registered_by: RegisteredBy = "operator",
    ) -> tuple[Client, str | None]:
        """Register a client; return it and its secret, which is not readable again.

        Args:
            metadata: a client metadata document (RFC 7591 §2); an operator's may hold the next two.
            client_id: an identifier of the operator's choice; else 128 random bits.
            client_secret: a secret brought from elsewhere; else 256 random bits, if it needs one.
            registered_by: whether an operator or anybody may have sent the document.

        Raises:
            InvalidClientMetadata: something is wrong or the identifier was used before; nothing is stored.
        """
        checked = self._checked(metadata, registered_by)
        if registered_by == "operator":
            client_id = metadata.get("client_id") if client_id is None else client_id
            client_secret = metadata.get("client_secret") if client_secret is None else client_secret
        client_id = first_client_id(client_id)
        secret = first_secret(checked, client_secret)
        row = ClientRow(
            client_id=client_id,
            secret_digest=self._digest(secret),
            client_metadata=json.dumps(checked),
            version=1,
            created_at=self._now(),
        )
        try:
            with self._database.session() as session:
                session.add(row)
        except IntegrityError:
            raise InvalidClientMetadata(
                "client_id", "is or was in use; an identifier is never used again"
            ) from None
        return _client(row), secret

    def update(self, client_id: str, changes: Mapping[str, Any]) -> tuple[Client, str | None] | None:
        """Merge ``changes`` into the metadata, member by member; ``null`` removes one.

        Returns:
            The client, and a secret if this change made it need its first one; ``None`` when there is no
            such client.

        Raises:
            InvalidClientMetadata: the whole would not be valid; nothing is stored.
        """
        with self._database.session() as session:
            row = _live(session, client_id)
            if row is None:
                return None
            self._require_same(row, changes)
            merged = {**json.loads(row.client_metadata), **changes}
            if "token_endpoint_auth_method" in changes and "paper_any_secret_method" not in changes:
                merged.pop("paper_any_secret_method", None)
            checked = self._checked(merged, "operator")
            secret = None
            if not has_secret(checked):
                row.secret_digest = None
            elif row.secret_digest is None:
                secret = new_secret()
                row.secret_digest = self._digest(secret)
            row.client_metadata = json.dumps(checked)
            row.version += 1
        return _client(row), secret

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
            secret = new_secret()
            row.secret_digest = self._digest(secret)
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
            row.secret_digest = None
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
        return None if row is None or row.deleted_at is not None else _information(row, client_secret)

    def list(self) -> list[dict[str, Any]]:
        """Return the client information of every client, oldest first, without secrets."""
        living = (
            select(ClientRow)
            .where(ClientRow.deleted_at.is_(None))
            .order_by(ClientRow.created_at, ClientRow.client_id)
        )
        with self._database.reading() as session:
            return [_information(row) for row in session.scalars(living)]

    def _checked(self, metadata: Mapping[str, Any], registered_by: RegisteredBy) -> dict[str, Any]:
        checked = read_client_metadata(metadata, registered_by=registered_by)
        algorithms = self._algorithms()
        if checked[ID_TOKEN_ALG] not in algorithms:
            raise InvalidClientMetadata(
                ID_TOKEN_ALG, f"has no key here; those with one: {', '.join(algorithms)}"
            )
        return checked

    def _digest(self, secret: str | None) -> bytes | None:
        return None if secret is None else self._digests.digest(CLIENT_SECRET, secret)

    def _require_same(self, row: ClientRow, changes: Mapping[str, Any]) -> None:
        """Let an information response be sent back whole, but with no other id or secret (RFC 7592 §2.2)."""
        if changes.get("client_id", row.client_id) != row.client_id:
            raise InvalidClientMetadata("client_id", "cannot be changed")
        secret = changes.get("client_secret")
        if secret is None:
            return
        is_text = isinstance(secret, str) and secret.isascii()
        if not (is_text and self._digests.matches(CLIENT_SECRET, secret, row.secret_digest)):
            raise InvalidClientMetadata("client_secret", "cannot be set here; rotate-secret makes a new one")


def _live(session: Session, client_id: str) -> ClientRow | None:
    """Return a client's row, locked until the end of the transaction."""
    if not is_client_id(client_id):
        return None
    row = session.get(ClientRow, client_id, with_for_update=True)
    return None if row is None or row.deleted_at is not None else row


def _client(row: ClientRow) -> Client:
    return Client.from_row(row.client_id, row.version, row.secret_digest, row.client_metadata)


def _information(row: ClientRow, client_secret: str | None = None) -> dict[str, Any]:
    information: dict[str, Any] = {"client_id": row.client_id, "client_id_issued_at": row.created_at}
    if client_secret is not None:
        information["client_secret"] = client_secret
    if row.secret_digest is not None:
        information["client_secret_expires_at"] = 0
    information.update(json.loads(row.client_metadata))
    return information
