"""Clients that register, change and remove themselves (RFC 7591 §3, RFC 7592 §2)."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from models.client import ClientRow
from models.database import Database
from validators.client_directory import ClientDirectory
from validators.client_metadata import OPERATORS_GRANT_TYPES
from validators.clients import is_client_id
from validators.metadata_values import InvalidClientMetadata
from validators.registration_tokens import RegistrationTokens
from validators.secret_digests import SecretDigests, new_secret
from validators.software_statements import SoftwareStatements

KIND = "registration_access_token"


class TokenSpent(Exception):
    """The initial access token is not, or no longer, good."""


class ClientRegistration:
    """What strangers may do with registrations.

    Args:
        database: where they are stored.
        directory: what makes and changes them.
        digests: how their tokens are stored.
        initial_tokens: who may register; ``None``: anybody.
        statements: what is believed of the software that registers.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(
        self,
        database: Database,
        directory: ClientDirectory,
        digests: SecretDigests,
        initial_tokens: RegistrationTokens | None,
        statements: SoftwareStatements,
    ) -> None:
        self._database = database
        self._directory = directory
        self._digests = digests
        self._initial_tokens = initial_tokens
        self._statements = statements

    def admits(self, initial_token: str | None) -> bool:
        """Whether the bearer of ``initial_token`` may register a client now."""
        if self._initial_tokens is None:
            return True
        return initial_token is not None and self._initial_tokens.is_good(initial_token)

    def register(self, document: Mapping[str, Any], initial_token: str | None) -> dict[str, Any]:
        """Register a client; return its information, with ``client_secret`` and registration access token.

        A use of the initial access token is spent if, and only if, a client comes of it.

        Raises:
            InvalidClientMetadata: something is wrong with the document.
            TokenSpent: somebody else was quicker.
        """
        token = new_secret()
        client, secret = self._directory.create(
            self._believed(document), registered_by="dynamic", before=self._admission(initial_token, token)
        )
        return self._information(client.client_id, secret, token) or {}

    def is_managed_by(self, client_id: str, token: str) -> bool:
        """Whether ``token`` is the registration access token of a client that exists (RFC 7592 §2)."""
        digest = None
        if is_client_id(client_id):
            with self._database.reading() as session:
                row = session.get(ClientRow, client_id)
            digest = None if row is None else row.registration_access_token_digest
        return self._digests.matches(KIND, token, digest)

    def show(self, client_id: str, token: str) -> dict[str, Any] | None:
        """Return a client's information for the bearer of ``token``; ``None`` when it is gone meanwhile."""
        return self._information(client_id, None, token)

    def replace(self, client_id: str, document: Mapping[str, Any], token: str) -> dict[str, Any] | None:
        """Put ``document`` in the place of a client's metadata; return its information (RFC 7592 §2.2).

        Returns:
            With ``client_secret`` if the change made it need a new one; ``None`` when it is gone meanwhile.

        Raises:
            InvalidClientMetadata: something is wrong with the document; nothing is stored.
        """
        if "client_id" not in document:
            raise InvalidClientMetadata("client_id", "must be given (RFC 7592 section 2.2)")
        replaced = self._directory.replace(client_id, self._believed(document))
        return None if replaced is None else self._information(client_id, replaced[1], token)

    def delete(self, client_id: str) -> bool:
        """Remove a client and all that was granted to it; false when it is gone already (RFC 7592 §2.3)."""
        return self._directory.delete(client_id)

    def _believed(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a stranger's document comes to, where everybody may send one."""
        believed = self._statements.merged(document)
        asked = believed.get("grant_types")
        if self._initial_tokens is None and isinstance(asked, list):
            for grant_type in OPERATORS_GRANT_TYPES:
                if grant_type in asked:
                    raise InvalidClientMetadata(
                        "grant_types", f"{grant_type} needs no person, and is not for clients of strangers"
                    )
        return believed

    def _admission(self, initial_token: str | None, token: str) -> Callable[[Session, ClientRow], None]:
        def admit(session: Session, row: ClientRow) -> None:
            tokens = self._initial_tokens
            if tokens is not None and not tokens.spend(session, initial_token or ""):
                raise TokenSpent
            row.registration_access_token_digest = self._digests.digest(KIND, token)

        return admit

    def _information(self, client_id: str, secret: str | None, token: str) -> dict[str, Any] | None:
        information = self._directory.show(client_id, secret)
        return information and {**information, "registration_access_token": token}
