"""Codes that a person reads from one device and types into another (RFC 8628 §6.1)."""

import secrets
import unicodedata

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels, so no words; no digits, so nothing to mistake for a letter
LENGTH = 8
MAX_TYPED = 64


def new_user_code() -> str:
    """Return 8 random letters: 34 bits, enough for a short life and few guesses (RFC 8628 §5.1)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_user_code(typed: str) -> str | None:
    """Return the code that somebody meant, whatever its case, spaces and dashes; ``None`` if it is none."""
    if len(typed) > MAX_TYPED:
        return None
    letters = (char for char in unicodedata.normalize("NFKC", typed) if not _is_separator(char))
    code = "".join(letters).upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None


def show_user_code(code: str) -> str:
    """Return a code as people compare it: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def _is_separator(char: str) -> bool:
    return char.isspace() or char == "_" or unicodedata.category(char) == "Pd"
