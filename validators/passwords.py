"""Passwords of people: Argon2id, the same work for every answer."""

import base64
import re
import secrets
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import HashingError, InvalidHashError, VerificationError
from argon2.low_level import error_to_str

MAX_BYTES = 1024
PHC = re.compile(
    r"\$argon2id\$v=19\$m=([1-9][0-9]{0,6}),t=([1-9][0-9]{0,2}),p=([1-9][0-9]?)"
    r"\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{16,86}"
)
MOST_KIB = 1024 * 1024
MOST_WORK = 4 * MOST_KIB
"""Memory, and memory times iterations, of a hash that was made elsewhere: each try to sign in costs them."""
NO_MEMORY = error_to_str(-22)


class BadPassword(Exception):
    """A password that may not be set; its text says what is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordPolicy:
    """How dear one guess is (OWASP Password Storage) and how short a password may be."""

    memory_kib: int = 19456
    iterations: int = 2
    parallelism: int = 1
    minimum_characters: int = 8


class Passwords:
    """Hashes and verifies passwords, prepared as an OpaqueString (RFC 8265 §4.2)."""

    def __init__(self, policy: PasswordPolicy | None = None) -> None:
        self._policy = policy or PasswordPolicy()
        self._hasher = PasswordHasher(
            time_cost=self._policy.iterations,
            memory_cost=self._policy.memory_kib,
            parallelism=self._policy.parallelism,
        )
        self._nobodys_hash = self._unmatchable()

    @property
    def minimum_characters(self) -> int:
        """How short a password may be."""
        return self._policy.minimum_characters

    def require_acceptable(self, password: str) -> None:
        """Refuse a password that nobody should set.

        Raises:
            BadPassword: it is too short or too long, or it has control characters.
        """
        prepared = prepare(password)
        minimum = self._policy.minimum_characters
        if prepared is None or len(prepared) < minimum:
            raise BadPassword(f"a password has at least {minimum} characters and at most {MAX_BYTES} bytes")
        if any(unicodedata.category(character) == "Cc" for character in prepared):
            raise BadPassword("a password has no control characters")

    def hash(self, password: str) -> str:
        """Return the PHC string to store.

        Raises:
            BadPassword: it is longer than 1024 bytes or no Unicode text.
            MemoryError: there is no room for the work.
        """
        prepared = prepare(password)
        if prepared is None:
            raise BadPassword(f"a password has at most {MAX_BYTES} bytes of Unicode text")
        try:
            return self._hasher.hash(prepared)
        except HashingError as error:
            raise MemoryError(str(error)) from error

    def verify(self, password: str, password_hash: str | None) -> bool:
        """Whether ``password`` is the one behind the hash; ``None`` costs the same and never matches.

        Raises:
            MemoryError: there is no room for the work; nothing is known of the password.
        """
        prepared = prepare(password)
        known = None if prepared is None else password_hash
        try:
            matches = self._hasher.verify(known or self._nobodys_hash, prepared or "")
        except VerificationError as error:
            if str(error) == NO_MEMORY:
                raise MemoryError(NO_MEMORY) from error
            return False
        except InvalidHashError:
            return False
        return matches and known is not None

    def needs_rehash(self, password_hash: str) -> bool:
        """Whether ``password_hash`` was made under other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _unmatchable(self) -> str:
        """Return a hash of no password, under the same parameters as everybody's."""
        salt, digest = (
            base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
            for size in (self._hasher.salt_len, self._hasher.hash_len)
        )
        policy = self._policy
        parameters = f"m={policy.memory_kib},t={policy.iterations},p={policy.parallelism}"
        return f"$argon2id$v=19${parameters}${salt}${digest}"


def hash_problem(password_hash: str) -> str | None:
    """Return why a hash that was made elsewhere cannot be kept, or ``None``."""
    found = PHC.fullmatch(password_hash)
    if found is None:
        return "must be an Argon2id hash such as $argon2id$v=19$m=19456,t=2,p=1$…$… (RFC 9106)"
    memory_kib, iterations, parallelism = map(int, found.groups())
    if not 8 * parallelism <= memory_kib <= MOST_KIB or memory_kib * iterations > MOST_WORK:
        return f"must need 8 KiB for each lane to {MOST_KIB} KiB, times iterations at most {MOST_WORK}"
    return None


def prepare(password: str) -> str | None:
    """Return ``password`` in NFC with plain spaces; ``None`` when it is too long or no Unicode text."""
    if len(password) > MAX_BYTES:
        return None
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in password)
    prepared = unicodedata.normalize("NFC", spaced)
    try:
        return prepared if len(prepared.encode()) <= MAX_BYTES else None
    except UnicodeEncodeError:
        return None
