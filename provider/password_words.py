"""What a new password has to be, in words."""

from flask_babel import gettext

from provider.wiring import services
from validators.passwords import MAX_BYTES


def password_rules() -> str:
    """Return the rules in the language of the current page."""
    return str(
        gettext(
            "A password has at least %(least)s characters, at most %(most)s bytes and no control characters.",
            least=services().passwords.minimum_characters,
            most=MAX_BYTES,
        )
    )
