"""Text that people will read: nothing in it may steer a screen, a terminal or the eye."""

import unicodedata

CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_plain(text: str) -> bool:
    """Whether ``text`` has no control, bidirectional control, line separator or lone surrogate."""
    return not any(
        character in BIDI_CONTROLS or unicodedata.category(character) in CONTROLS for character in text
    )


def has_invisible(text: str) -> bool:
    """Whether ``text`` has format characters, which no eye can tell apart (zero-width space and its like)."""
    return any(unicodedata.category(character) == "Cf" for character in text)
