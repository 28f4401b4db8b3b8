"""Claims in several languages and scripts (OpenID Connect Core §5.2)."""

import re
from collections.abc import Sequence

MAX_LOCALES = 20
TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*", re.ASCII)


def read_locales(text: str | None) -> list[str]:
    """Return the language tags of ``claims_locales``, in lower case, each once, in order.

    What is no language tag is passed over: it is no error to ask for a language that nobody has (§5.2).
    """
    words = dict.fromkeys((text or "").lower().split(" "))
    return [word for word in words if TAG.fullmatch(word)][:MAX_LOCALES]


def is_in(language: str, locales: Sequence[str]) -> bool:
    """Whether a claim of ``language`` belongs to what was asked for; ``""``: it has no tag and always does.

    Args:
        language: a BCP 47 tag.
        locales: as of ``read_locales``; empty: every language.
    """
    if not language or not locales:
        return True
    own = language.lower()
    return any(f"{own}-".startswith(f"{asked}-") or f"{asked}-".startswith(f"{own}-") for asked in locales)
