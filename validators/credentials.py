"""Codes and refresh tokens: derived from their grant, never stored.

A credential is ``base64url(version 1 B, grant id 16 B, generation 4 B, MAC 27 B)``, 64 characters. The
MAC needs the row's salt and a key derived from the master key: neither the database nor the key alone
yields one.
"""

import hashlib
import hmac
from typing import NamedTuple

from keys import base64url
from keys.errors import BadMasterKey
from keys.master_key import MasterKeys

CREDENTIAL_LENGTH = 64
DOMAIN = b"paper/grant-credential/v1"
MAC_LENGTH = 27
PURPOSE = "grant-credential"


class Credential(NamedTuple):
    """What a code or refresh token says of itself; nothing is proven yet."""

    key_version: int
    grant_id: bytes
    generation: int
    mac: bytes


class GrantCredentials:
    """Derives, reads and proves credentials.

    Args:
        master_keys: new grants take the current one; old ones name theirs.
    """

    def __init__(self, master_keys: MasterKeys) -> None:
        self._master_keys = master_keys

    @property
    def current_version(self) -> int:
        """The number of the master key that new grants take."""
        return self._master_keys.current

    def derive(
        self, *, key_version: int, grant_id: bytes, generation: int, salt: bytes, client_id: str
    ) -> str:
        """Return credential ``generation`` of a grant: 0 is its code, n ≥ 1 its nth refresh token."""
        mac = self._mac(key_version, grant_id, generation, salt, client_id)
        return base64url.encode(bytes((key_version,)) + grant_id + generation.to_bytes(4) + mac)

    def read(self, text: str) -> Credential | None:
        """Return what ``text`` says of itself, or ``None`` if it is no credential, to the letter."""
        if len(text) != CREDENTIAL_LENGTH:
            return None
        try:
            raw = base64url.decode(text)
        except ValueError:
            return None
        return Credential(raw[0], raw[1:17], int.from_bytes(raw[17:21]), raw[21:])

    def is_genuine(self, credential: Credential, *, key_version: int, salt: bytes, client_id: str) -> bool:
        """Whether ``credential`` was derived here for the grant with these values."""
        if credential.key_version != key_version:
            return False
        try:
            expected = self._mac(key_version, credential.grant_id, credential.generation, salt, client_id)
        except BadMasterKey:
            return False
        return hmac.compare_digest(expected, credential.mac)

    def _mac(self, key_version: int, grant_id: bytes, generation: int, salt: bytes, client_id: str) -> bytes:
        kind = b"refresh_token" if generation else b"code"
        fields = (DOMAIN, kind, bytes((key_version,)), grant_id, generation.to_bytes(4), salt)
        message = b"".join(len(field).to_bytes(2) + field for field in fields) + client_id.encode()
        return hmac.digest(self._master_keys.derive(PURPOSE, key_version), message, hashlib.sha256)[
            :MAC_LENGTH
        ]
