"""Codes and refresh tokens as strings: derived, read strictly, proven."""

import base64
import string

import pytest

from keys.master_key import MasterKeys
from validators.credentials import CREDENTIAL_LENGTH, Credential, GrantCredentials

ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
MASTER_KEYS = MasterKeys.generate().with_new()
CREDENTIALS = GrantCredentials(MASTER_KEYS)
GRANT_ID = bytes(range(16))
SALT = bytes(range(100, 116))
CLIENT_ID = "photos"


def derive(generation: int = 1, *, key_version: int = 2, client_id: str = CLIENT_ID) -> str:
    return CREDENTIALS.derive(
        key_version=key_version,
        grant_id=GRANT_ID,
        generation=generation,
        salt=SALT,
        client_id=client_id,
    )


def is_accepted(
    text: str, *, key_version: int = 2, salt: bytes = SALT, client_id: str = CLIENT_ID, generation: int = 1
) -> bool:
    """Whether ``text`` is credential ``generation`` of the grant above."""
    credential = CREDENTIALS.read(text)
    return (
        credential is not None
        and (credential.grant_id, credential.generation) == (GRANT_ID, generation)
        and CREDENTIALS.is_genuine(credential, key_version=key_version, salt=salt, client_id=client_id)
    )


def test_a_credential_says_key_grant_and_generation() -> None:
    """DESIGN §4: version, id, generation big endian, 27 bytes of MAC, in 64 characters."""
    text = derive(0x01020304)

    raw = base64.urlsafe_b64decode(text)
    assert (len(text), set(text) <= set(ALPHABET)) == (CREDENTIAL_LENGTH, True)
    assert raw[:21] == b"\x02" + GRANT_ID + b"\x01\x02\x03\x04"
    assert CREDENTIALS.read(text) == Credential(2, GRANT_ID, 0x01020304, raw[21:])


def test_a_credential_is_the_same_whenever_it_is_derived() -> None:
    """DESIGN §4: a lost reply is answered with the same next token."""
    assert derive(7) == derive(7)


@pytest.mark.security
def test_no_flipped_bit_is_accepted() -> None:
    """RFC 6749 §10.10: every bit counts; 64 characters leave no padding bits."""
    raw = base64.urlsafe_b64decode(derive())

    accepted = [
        bit
        for bit in range(len(raw) * 8)
        if is_accepted(base64.urlsafe_b64encode((int.from_bytes(raw) ^ (1 << bit)).to_bytes(48)).decode())
    ]

    assert len(raw) == 48
    assert accepted == []


@pytest.mark.security
def test_no_replaced_character_is_accepted() -> None:
    """RFC 4648 §3.5: one credential has one spelling."""
    text = derive()

    accepted = [
        (position, character)
        for position in range(len(text))
        for character in (*ALPHABET, "+", "/", "=", " ", "\n", "\0", "é")
        if character != text[position] and is_accepted(text[:position] + character + text[position + 1 :])
    ]

    assert accepted == []


@pytest.mark.security
def test_no_prefix_is_accepted() -> None:
    """CVE-2026-27840: a truncated token was valid."""
    text = derive()

    assert [length for length in range(len(text)) if CREDENTIALS.read(text[:length])] == []


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param("{text}=", id="padding"),
        pytest.param("{text}A", id="one-more"),
        pytest.param("{text}AAAA", id="one-group-more"),
        pytest.param(" {text}", id="space-before"),
        pytest.param("{text}\n", id="line-end"),
        pytest.param("{text}\0", id="nul"),
    ],
)
def test_nothing_may_stand_around_it(changed: str) -> None:
    """RFC 4648 §3.3: characters outside of the alphabet are refused."""
    assert CREDENTIALS.read(changed.format(text=derive())) is None


@pytest.mark.parametrize(
    ("from_", "to"), [pytest.param("-", "+", id="plus"), pytest.param("_", "/", id="slash")]
)
def test_the_other_alphabet_is_refused(from_: str, to: str) -> None:
    """RFC 4648 §5: base64url alone."""
    text = next(text for text in map(derive, range(1, 200)) if from_ in text)

    assert CREDENTIALS.read(text) is not None
    assert CREDENTIALS.read(text.replace(from_, to)) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("é" * 64, id="not-ascii"),
        pytest.param("\udc80" * 64, id="surrogates"),
        pytest.param("=" * 64, id="padding-alone"),
        pytest.param("A" * 62 + "==", id="padded-inside"),
        pytest.param("A" * 65536, id="64-kB"),
    ],
)
def test_what_is_no_credential_is_none(text: str) -> None:
    """Bad input is no error of ours."""
    assert CREDENTIALS.read(text) is None


@pytest.mark.parametrize("text", [pytest.param("A" * 64, id="zeros"), pytest.param("_" * 64, id="ones")])
def test_a_made_up_credential_is_not_genuine(text: str) -> None:
    """Key versions 0 and 255 do not exist; asking for them is not an error."""
    credential = CREDENTIALS.read(text)

    assert credential is not None
    assert not CREDENTIALS.is_genuine(
        credential, key_version=credential.key_version, salt=SALT, client_id=CLIENT_ID
    )


@pytest.mark.security
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"client_id": "other"}, id="client"),
        pytest.param({"client_id": "photos2"}, id="longer-client"),
        pytest.param({"client_id": "photo"}, id="shorter-client"),
        pytest.param({"salt": bytes(16)}, id="salt"),
        pytest.param({"key_version": 1}, id="key-version-of-the-row"),
        pytest.param({"generation": 2}, id="generation"),
    ],
)
def test_a_credential_is_for_one_grant_of_one_client(changes: dict[str, object]) -> None:
    """DESIGN §4: the MAC covers kind, version, id, generation, salt and client."""
    assert is_accepted(derive())

    assert not is_accepted(derive(), **changes)  # type: ignore[arg-type]


@pytest.mark.security
@pytest.mark.parametrize(
    ("mine", "other"),
    [
        pytest.param(0, 1, id="code-as-refresh-token"),
        pytest.param(1, 0, id="refresh-token-as-code"),
        pytest.param(1, 2, id="older-as-newer"),
    ],
)
def test_the_mac_of_one_generation_is_of_no_use_to_another(mine: int, other: int) -> None:
    """DESIGN §4: kind and generation are under the MAC."""
    raw = base64.urlsafe_b64decode(derive(mine))
    moved = base64.urlsafe_b64encode(raw[:17] + other.to_bytes(4) + raw[21:]).decode()

    assert not is_accepted(moved, generation=other)


@pytest.mark.security
def test_another_key_version_in_the_text_is_refused() -> None:
    """A credential of master key 1 that says 2, and the other way round."""
    raw = base64.urlsafe_b64decode(derive(key_version=1))

    assert not is_accepted(base64.urlsafe_b64encode(b"\x02" + raw[1:]).decode())
    assert is_accepted(derive(key_version=1), key_version=1)


@pytest.mark.security
def test_another_master_key_refuses_it() -> None:
    """A stolen database without the key yields nothing."""
    credential = CREDENTIALS.read(derive(key_version=1))
    elsewhere = GrantCredentials(MasterKeys.generate())

    assert credential is not None
    assert not elsewhere.is_genuine(credential, key_version=1, salt=SALT, client_id=CLIENT_ID)


def test_a_dropped_master_key_refuses_and_does_not_raise() -> None:
    """DESIGN §5: `flask master-key drop N`."""
    credential = CREDENTIALS.read(derive(key_version=1))
    later = GrantCredentials(MASTER_KEYS.without(1))

    assert credential is not None
    assert not later.is_genuine(credential, key_version=1, salt=SALT, client_id=CLIENT_ID)


def test_new_grants_take_the_newest_master_key() -> None:
    """DESIGN §5."""
    assert CREDENTIALS.current_version == 2
