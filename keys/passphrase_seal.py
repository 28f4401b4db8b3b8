"""A stream sealed with a passphrase: scrypt for the key, AES-256-GCM in chunks for what it holds.

The stream is a line ``paper backup 1``, a salt of 16 bytes, and chunks. A chunk is at most 64 KiB and a tag
of 16 bytes; its nonce is its number and whether it is the last one, so none can be dropped, moved or
repeated, and the end cannot be cut off (the STREAM construction). The key is of this file alone, so counting
nonces is enough.
"""

import io
import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from keys.errors import BadSeal

MAGIC = b"paper backup 1\n"
SALT_BYTES, TAG_BYTES, CHUNK = 16, 16, 64 * 1024
# 32 MiB, and the work of N = 2^17: what OWASP advises for machines with little memory
COST, BLOCK_SIZE, PARALLELISM = 2**15, 8, 3


class SealingWriter(io.RawIOBase):
    """Seals what is written to it; ``close`` writes the last chunk, without which nothing opens.

    Args:
        file: where the sealed stream goes; stays open.
        passphrase: of any length.
    """

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        super().__init__()
        salt = os.urandom(SALT_BYTES)
        self._file = file
        self._head = MAGIC + salt
        self._cipher = AESGCM(_key(passphrase, salt))
        self._waiting = bytearray()
        self._count = 0
        file.write(self._head)

    def writable(self) -> bool:
        """See ``io.IOBase``."""
        return True

    def write(self, data: object) -> int:
        """See ``io.RawIOBase``."""
        view = memoryview(data)  # type: ignore[arg-type]
        self._waiting += view
        while len(self._waiting) > CHUNK:  # what fills a chunk exactly may be the last one
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return view.nbytes

    def close(self) -> None:
        """Write the last chunk."""
        if not self.closed:
            self._seal(bytes(self._waiting), is_last=True)
        super().close()

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._count, is_last=is_last)
        self._file.write(self._cipher.encrypt(nonce, chunk, self._head))
        self._count += 1


def opened(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """Return the chunks of a sealed stream; each is genuine, all are there only when the last has come.

    Raises:
        BadSeal: no such stream, another passphrase, changed or cut.
    """
    head = file.read(len(MAGIC) + SALT_BYTES)
    if len(head) != len(MAGIC) + SALT_BYTES or not head.startswith(MAGIC):
        raise BadSeal("this is no backup of Paper, or one of a newer version")
    cipher = AESGCM(_key(passphrase, head[len(MAGIC) :]))
    sealed = file.read(CHUNK + TAG_BYTES)
    count = 0
    while True:
        following = file.read(CHUNK + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(count, is_last=not following), sealed, head)
        except InvalidTag:
            raise BadSeal("the passphrase is another one, or the file is damaged or cut") from None
        if not following:
            return
        sealed, count = following, count + 1


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=COST, r=BLOCK_SIZE, p=PARALLELISM).derive(passphrase.encode())


def _nonce(count: int, *, is_last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([is_last])
