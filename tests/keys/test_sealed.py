"""Sealed values: AES-256-GCM under a key of each message's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import BadSeal
from keys.master_key import MasterKeys
from keys.sealed import Sealer

MASTER_KEYS = MasterKeys.generate()
SEALER = Sealer(MASTER_KEYS, "access-token", b"https://op.example")


@given(st.binary(max_size=300))
def test_what_was_sealed_comes_back(plaintext: bytes) -> None:
    """NIST SP 800-38D §7; 33 bytes are added."""
    sealed = SEALER.seal(plaintext)

    assert SEALER.open(sealed) == plaintext
    assert len(sealed) == len(plaintext) + 33
    assert SEALER.open_text(SEALER.seal_text(plaintext)) == plaintext


def test_equal_values_look_different() -> None:
    """Each message has a key of its own, so the fixed nonce never meets one key twice."""
    assert len({SEALER.seal(b"same") for _ in range(100)}) == 100


@pytest.mark.security
def test_every_changed_byte_breaks_the_seal() -> None:
    """NIST SP 800-38D §7.2; version, salt, ciphertext and tag are all covered."""
    sealed = SEALER.seal(b"claims")

    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(BadSeal):
            SEALER.open(bytes(changed))


@pytest.mark.security
def test_no_prefix_of_a_sealed_value_opens() -> None:
    """CVE-2026-27840: a truncated token was valid."""
    sealed = SEALER.seal_text(b"claims of a token")

    for length in range(len(sealed)):
        with pytest.raises(BadSeal):
            SEALER.open_text(sealed[:length])


@pytest.mark.security
@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Sealer(MASTER_KEYS, "sealed-value", b"https://op.example"), id="purpose"),
        pytest.param(Sealer(MASTER_KEYS, "access-token", b"https://other.example"), id="context"),
        pytest.param(Sealer(MasterKeys.generate(), "access-token", b"https://op.example"), id="master-key"),
    ],
)
def test_a_value_sealed_elsewhere_does_not_open(other: Sealer) -> None:
    """CVE-2026-4282: what was made for one purpose was taken for another."""
    sealed = other.seal(b"claims")

    with pytest.raises(BadSeal):
        SEALER.open(sealed)


@pytest.mark.parametrize("text", ["", "A", "====", "not sealed", "é", "\udcff", "A" * 20_000])
def test_anything_else_is_refused(text: str) -> None:
    """A bearer may present any text (RFC 6750 §3.1)."""
    with pytest.raises(BadSeal):
        SEALER.open_text(text)


@pytest.mark.security
def test_a_text_has_one_spelling() -> None:
    """RFC 4648 §3.5: bits that carry nothing are zero, or one token would have several texts."""
    sealed = SEALER.seal_text(b"12")  # 35 bytes: two spare bits in the last character
    neighbour = sealed[:-1] + chr(ord(sealed[-1]) + 1)

    with pytest.raises(BadSeal):
        SEALER.open_text(neighbour)
    with pytest.raises(BadSeal):
        SEALER.open_text(sealed + "=")


def test_old_values_open_after_a_rotation_until_their_key_is_dropped() -> None:
    """The first byte names the master key."""
    old = MasterKeys.generate()
    sealed = Sealer(old, "x").seal(b"value")
    rotated = old.with_new()

    assert Sealer(rotated, "x").open(sealed) == b"value"
    assert Sealer(rotated, "x").seal(b"value")[0] == 2
    with pytest.raises(BadSeal):
        Sealer(rotated.without(1), "x").open(sealed)
