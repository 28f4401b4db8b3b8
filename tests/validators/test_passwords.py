"""Passwords of people (RFC 8265 §4.2, OWASP Password Storage)."""

from collections.abc import Iterator
from unittest.mock import patch

import argon2
import pytest

from validators.passwords import BadPassword, PasswordPolicy, Passwords, hash_problem

CHEAP = PasswordPolicy(memory_kib=8, iterations=1)


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(CHEAP)


@pytest.fixture
def verified() -> Iterator[list[str]]:
    """The hashes that Argon2 was asked to verify, in order."""
    hashes: list[str] = []
    verify = argon2.PasswordHasher.verify

    def spy(hasher: argon2.PasswordHasher, password_hash: str | bytes, password: str | bytes) -> bool:
        hashes.append(str(password_hash))
        return verify(hasher, password_hash, password)

    with patch.object(argon2.PasswordHasher, "verify", spy):
        yield hashes


def test_default_work_is_owasps() -> None:
    """OWASP Password Storage: Argon2id with 19 MiB, two passes, one lane."""
    assert Passwords().hash("correct horse").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_only_the_password_matches_its_hash(passwords: Passwords) -> None:
    """The whole point."""
    password_hash = passwords.hash("correct horse")

    assert passwords.verify("correct horse", password_hash)
    assert not passwords.verify("correct horsf", password_hash)
    assert passwords.hash("correct horse") != password_hash


def test_composed_and_decomposed_text_is_one_password(passwords: Passwords) -> None:
    """RFC 8265 §4.2.2: NFC, and any Unicode space is a plain one."""
    password_hash = passwords.hash("cafe\u0301\u00a0비밀번호")

    assert passwords.verify("caf\u00e9 비밀번호", password_hash)


@pytest.mark.parametrize(
    "password",
    [
        pytest.param("1234567", id="short"),
        pytest.param("e\u0301" * 4, id="short-once-composed"),
        pytest.param("x" * 1025, id="long"),
        pytest.param("비" * 342, id="long-in-bytes"),
        pytest.param("correct\u0000horse", id="nul"),
        pytest.param("correct\ud800horse", id="lone-surrogate"),
    ],
)
def test_unacceptable_password_is_refused(passwords: Passwords, password: str) -> None:
    """RFC 8265 §4.2: no control characters; between 8 characters and 1024 bytes."""
    with pytest.raises(BadPassword):
        passwords.require_acceptable(password)


@pytest.mark.parametrize("password", ["12345678", "x" * 1024, "비밀번호비밀번호"])
def test_acceptable_password(passwords: Passwords, password: str) -> None:
    """The bounds themselves are allowed."""
    passwords.require_acceptable(password)

    assert passwords.verify(password, passwords.hash(password))


@pytest.mark.parametrize("password", ["x" * 1025, "\ud800"])
def test_what_cannot_be_hashed_is_refused(passwords: Passwords, password: str) -> None:
    """No password is cut short in silence."""
    with pytest.raises(BadPassword):
        passwords.hash(password)


@pytest.mark.parametrize(
    ("password", "known"),
    [
        pytest.param("wrong password", True, id="wrong"),
        pytest.param("correct horse", False, id="nobody"),
        pytest.param("x" * 100_000, True, id="over-long"),
        pytest.param("\ud800", True, id="not-unicode"),
    ],
)
def test_every_refusal_costs_one_verification(
    passwords: Passwords, verified: list[str], password: str, known: bool
) -> None:
    """OWASP Authentication: the time it takes tells nobody which names exist."""
    password_hash = passwords.hash("correct horse")

    assert not passwords.verify(password, password_hash if known else None)

    assert [hashed.split("$")[:4] for hashed in verified] == [password_hash.split("$")[:4]]


def test_broken_hash_matches_nothing(passwords: Passwords) -> None:
    """A row that was damaged locks its person out, and no more."""
    assert not passwords.verify("correct horse", "$argon2id$broken")


def test_without_memory_nothing_is_said_of_a_password() -> None:
    """A right password is never called wrong for want of room."""
    dear = Passwords(PasswordPolicy(memory_kib=2**31, iterations=1))  # 2 TiB

    with pytest.raises(MemoryError):
        dear.verify("correct horse", None)
    with pytest.raises(MemoryError):
        dear.hash("correct horse")


def test_other_parameters_ask_for_a_new_hash(passwords: Passwords) -> None:
    """A dearer policy reaches everybody at their next sign-in."""
    password_hash = passwords.hash("correct horse")

    assert not passwords.needs_rehash(password_hash)
    assert Passwords(PasswordPolicy(memory_kib=16, iterations=1)).needs_rehash(password_hash)


@pytest.mark.parametrize(
    ("parameters", "is_kept"),
    [
        pytest.param("m=19456,t=2,p=1", True, id="owasp"),
        pytest.param("m=7168,t=5,p=1", True, id="keycloak"),
        pytest.param("m=102400,t=2,p=8", True, id="django"),
        pytest.param("m=1048576,t=4,p=1", True, id="dearest"),
        pytest.param("m=1048577,t=1,p=1", False, id="memory"),
        pytest.param("m=1048576,t=5,p=1", False, id="work"),
        pytest.param("m=8,t=999999999,p=1", False, id="iterations"),
        pytest.param("m=8,t=1,p=2", False, id="lanes"),
        pytest.param("m=0,t=1,p=1", False, id="nothing"),
        pytest.param("t=1,m=8,p=1", False, id="order"),
    ],
)
def test_a_hash_from_elsewhere_may_cost_so_much(parameters: str, is_kept: bool) -> None:
    """RFC 9106 §3.1: each try to sign in pays for it, and anybody may try."""
    problem = hash_problem(f"$argon2id$v=19${parameters}${'A' * 22}${'B' * 43}")

    assert (problem is None) is is_kept


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(f"$argon2i$v=19$m=19456,t=2,p=1${'A' * 22}${'B' * 43}", id="argon2i"),
        pytest.param(f"$argon2id$v=16$m=19456,t=2,p=1${'A' * 22}${'B' * 43}", id="version"),
        pytest.param(f"$argon2id$v=19$m=19456,t=2,p=1$A${'B' * 43}", id="salt"),
        pytest.param(f"$argon2id$v=19$m=19456,t=2,p=1${'A' * 22}${'B' * 43}\n", id="line"),
        pytest.param("pbkdf2_sha256$1000000$salt$digest", id="pbkdf2"),
        pytest.param("correct horse", id="password"),
    ],
)
def test_only_argon2id_is_kept(text: str) -> None:
    """What the provider cannot verify would shut somebody out."""
    assert hash_problem(text) is not None
