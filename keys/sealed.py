"""Values that only this provider can read or make: AES-256-GCM under a key of each message's own.

A fresh key for each message is what lets any number of them be made: with one key and random nonces
AES-GCM must stop long before 2^32 messages (NIST SP 800-38D §8.3). So the nonce may be fixed.
"""

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys import base64url
from keys.errors import BadMasterKey, BadSeal
from keys.master_key import MasterKeys

SALT_BYTES = 16
TAG_BYTES = 16
_HEAD = 1 + SALT_BYTES
_NONCE = bytes(12)
_EXPAND = b"paper/message/v1\x01"


class Sealer:
    """Seals for one purpose; what is sealed for another purpose or context does not open here.

    A sealed value is ``version 1 B ‖ random 16 B ‖ ciphertext ‖ tag 16 B``: 33 bytes more than the
    plaintext. The version is the number of the master key.

    Args:
        master_keys: new values use the current one, old ones the one they name.
        purpose: a fixed name for the use.
        context: what else must be equal when opening, such as the issuer.
    """

    def __init__(self, master_keys: MasterKeys, purpose: str, context: bytes = b"") -> None:
        self._master_keys = master_keys
        self._purpose = f"seal/{purpose}"
        self._associated = [
            context + b"\0" + purpose.encode() + b"\0" + bytes([version]) for version in range(256)
        ]

    def seal(self, plaintext: bytes) -> bytes:
        """Return ``plaintext`` sealed under the current master key."""
        version = self._master_keys.current
        salt = os.urandom(SALT_BYTES)
        cipher = AESGCM(self._key(version, salt))
        return bytes((version,)) + salt + cipher.encrypt(_NONCE, plaintext, self._associated[version])

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            BadSeal: changed, cut, sealed for something else, or its master key is gone.
        """
        if len(sealed) < _HEAD + TAG_BYTES:
            raise BadSeal("the seal is broken")
        version = sealed[0]
        try:
            cipher = AESGCM(self._key(version, sealed[1:_HEAD]))
            return cipher.decrypt(_NONCE, sealed[_HEAD:], self._associated[version])
        except (InvalidTag, BadMasterKey):
            raise BadSeal("the seal is broken") from None

    def seal_text(self, plaintext: bytes) -> str:
        """Return ``plaintext`` sealed, as base64url without padding."""
        return base64url.encode(self.seal(plaintext))

    def open_text(self, sealed: str) -> bytes:
        """Return what ``seal_text`` sealed; each value has one spelling only.

        Raises:
            BadSeal: see ``open``; also anything that is not canonical base64url.
        """
        try:
            return self.open(base64url.decode(sealed))
        except ValueError:
            raise BadSeal("the seal is broken") from None

    def refresh(self) -> None:
        """Follow a rotation of the master keys; see ``MasterKeys.refresh``."""
        self._master_keys.refresh()

    def _key(self, version: int, salt: bytes) -> bytes:
        """HKDF-SHA-256 (RFC 5869): extract with the message's salt, expand to one block."""
        extracted = hmac.digest(salt, self._master_keys.derive(self._purpose, version), "sha256")
        return hmac.digest(extracted, _EXPAND, "sha256")
