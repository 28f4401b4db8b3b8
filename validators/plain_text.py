"""Text that people will read: nothing in it may steer a screen, a terminal or the eye."""

import unicodedata

CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
BIDI_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNSEEN = frozenset({"Cf", "Co", "Cn"})
BLANKS = frozenset(
    [
        *("\u034f", "\u115f", "\u1160", "\u17b4", "\u17b5", "\u2800", "\u3164", "\uffa0"),
        *map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))),
    ]
)
"""Letters and marks that show nothing: Unicode's Default_Ignorable_Code_Point, and blank Braille."""


def is_plain(text: str) -> bool:
    """Whether ``text`` has no control, bidirectional control, line separator or lone surrogate."""
    return not any(
        character in BIDI_CONTROLS or unicodedata.category(character) in CONTROLS for character in text
    )


def has_invisible(text: str) -> bool:
    """Whether ``text`` has a character that shows nothing, such as a zero-width space or a Hangul filler."""
    return any(character in BLANKS or unicodedata.category(character) in UNSEEN for character in text)
