"""The secret of a registration as it is stored: a digest, and readable only where it must be."""

from collections.abc import Mapping
from typing import Any

from models.client import ClientRow
from validators.auth_methods import has_secret, least_secret, needs_readable_secret
from validators.client_secrets import first_secret, secret_for
from validators.metadata_values import InvalidClientMetadata
from validators.readable_secrets import ReadableSecrets
from validators.secret_digests import CLIENT_SECRET, SecretDigests


class StoredSecrets:
    """Keeps secrets in rows of clients.

    Args:
        digests: how secrets are stored.
        readable: how secrets are stored that the provider computes with.
    """

    def __init__(self, digests: SecretDigests, readable: ReadableSecrets) -> None:
        self._digests = digests
        self._readable = readable

    def keep(self, row: ClientRow, metadata: Mapping[str, Any], secret: str | None) -> None:
        """Store the digest of a secret, and what can be read again only where it must be."""
        row.secret_digest = None if secret is None else self._digests.digest(CLIENT_SECRET, secret)
        is_readable = secret is not None and needs_readable_secret(metadata)
        row.sealed_secret = self._readable.seal(str(secret)) if is_readable else None

    def follow(self, row: ClientRow, metadata: Mapping[str, Any], brought: str | None = None) -> str | None:
        """Let the stored secret fit new metadata; return a new one if it has to be replaced.

        Args:
            row: the registration.
            metadata: what it will hold.
            brought: what is to be the secret from now on, if it is not the one that it has.

        Raises:
            InvalidClientMetadata: what is stored or brought does not fit.
        """
        if brought is not None:
            self.keep(row, metadata, first_secret(metadata, brought))
        elif not has_secret(metadata):
            self.keep(row, metadata, None)
        elif row.secret_digest is None or (needs_readable_secret(metadata) and row.sealed_secret is None):
            secret = secret_for(metadata)
            self.keep(row, metadata, secret)
            return secret
        elif not needs_readable_secret(metadata):
            row.sealed_secret = None
        elif row.sealed_secret and len(self._readable.open(row.sealed_secret)) < least_secret(metadata):
            raise InvalidClientMetadata("client_secret", "is too short for HS384 or HS512; rotate it first")
        return None

    def require_same(self, row: ClientRow, changes: Mapping[str, Any]) -> None:
        """Let an information response be sent back whole, but with no other id or secret (RFC 7592 §2.2).

        Raises:
            InvalidClientMetadata: another.
        """
        if changes.get("client_id", row.client_id) != row.client_id:
            raise InvalidClientMetadata("client_id", "cannot be changed")
        secret = changes.get("client_secret")
        if secret is None:
            return
        is_text = isinstance(secret, str) and secret.isascii()
        if not (is_text and self._digests.matches(CLIENT_SECRET, secret, row.secret_digest)):
            raise InvalidClientMetadata("client_secret", "cannot be set here; rotate-secret makes a new one")
