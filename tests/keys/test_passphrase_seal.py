"""Streams sealed with a passphrase: whole and genuine, or refused."""

import io

import pytest

from keys import passphrase_seal
from keys.errors import BadSeal
from keys.passphrase_seal import CHUNK, MAGIC, SALT_BYTES, TAG_BYTES, SealingWriter, opened

PASSPHRASE = "correct horse battery staple"
HEAD = len(MAGIC) + SALT_BYTES


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work for a key is not what is tested here."""
    monkeypatch.setattr(passphrase_seal, "COST", 2)


def sealed(plaintext: bytes) -> bytes:
    file = io.BytesIO()
    writer = SealingWriter(file, PASSPHRASE)
    for start in range(0, len(plaintext), 50_000):
        writer.write(plaintext[start : start + 50_000])
    writer.close()
    return file.getvalue()


def unsealed(stream: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return b"".join(opened(io.BytesIO(stream), passphrase))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_sealed_opens(size: int) -> None:
    """At every boundary of chunks, the empty stream included."""
    plaintext = bytes(index % 251 for index in range(size))

    assert unsealed(sealed(plaintext)) == plaintext


def test_same_text_is_never_sealed_alike() -> None:
    """A salt of its own for each stream."""
    assert sealed(b"paper") != sealed(b"paper")


def test_another_passphrase_opens_nothing() -> None:
    """Nor does an empty one."""
    for wrong in ("", PASSPHRASE + " ", "another passphrase"):
        with pytest.raises(BadSeal):
            unsealed(sealed(b"paper"), wrong)


def test_a_stream_cannot_be_changed() -> None:
    """Cut, a chunk dropped, moved, repeated or added, a bit turned, the head changed."""
    whole = sealed(bytes(3 * CHUNK))
    size = CHUNK + TAG_BYTES
    first, second, third = (whole[HEAD + n * size : HEAD + (n + 1) * size] for n in range(3))
    head = whole[:HEAD]

    for changed in (
        head,
        head + first,
        head + first + second,
        head + first + third,
        head + second + first + third,
        head + first + first + second + third,
        whole + third,
        whole[:-1],
        whole[:HEAD] + bytes([whole[HEAD] ^ 1]) + whole[HEAD + 1 :],
        whole[: HEAD - 1] + bytes([whole[HEAD - 1] ^ 1]) + whole[HEAD:],
        whole.replace(MAGIC, b"paper backup 2\n"),
        b"",
    ):
        with pytest.raises(BadSeal):
            unsealed(changed)
