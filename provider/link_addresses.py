"""Where the links lead by which somebody chooses a password, and for how long they are good."""

from urllib.parse import urlencode

INVITATION_DAYS, RESET_DAYS = 3, 1
DAY_SECONDS = 86_400


def setup_address(issuer: str, token: str) -> str:
    """Return the address at which the first operator is made."""
    return _address(issuer, "setup", token)


def welcome_address(issuer: str, token: str) -> str:
    """Return the address at which a person chooses a password."""
    return _address(issuer, "welcome", token)


def _address(issuer: str, page: str, token: str) -> str:
    return f"{issuer.rstrip('/')}/{page}?{urlencode({'token': token})}"
