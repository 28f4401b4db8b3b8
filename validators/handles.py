"""What a person may type to sign in: names and e-mail addresses in one namespace."""

import unicodedata

from validators.plain_text import has_invisible, is_plain

MAX_NAME = 64
MAX_EMAIL = 254
MAX_HANDLE = 320


def handle_of(text: str) -> str | None:
    """Return the canonical form (NFKC, case folded) under which ``text`` is looked up.

    ``None`` for what can be nobody's name or address: empty, over-long, or with invisible characters.
    """
    if len(text) > MAX_HANDLE or not is_plain(text) or has_invisible(text):
        return None
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return folded.strip() or None


def name_problem(name: str) -> str | None:
    """Return what is wrong with a person's name, or ``None``."""
    handle = handle_of(name)
    if handle is None or not 0 < len(name) <= MAX_NAME or "@" in handle:
        return f"must be 1 to {MAX_NAME} visible characters without @ or control characters"
    return None


def email_problem(email: str) -> str | None:
    """Return what is wrong with an e-mail address, or ``None``."""
    local, at, domain = email.rpartition("@")
    handle = handle_of(email)
    sound = handle is not None and handle.count("@") == 1 and not any(map(str.isspace, handle))
    if not (at and local and domain and sound) or len(email) > MAX_EMAIL:
        return f"must be an e-mail address of at most {MAX_EMAIL} characters"
    return None
