"""The access token in the Authorization header of the current request (RFC 6750 §2.1, RFC 9449 §7.1)."""

from typing import NamedTuple

from flask import request

BEARER, DPOP = "bearer", "dpop"


class PresentedToken(NamedTuple):
    """An access token as it was sent.

    Attributes:
        text: the token.
        is_dpop: whether its sender says to hold the key that it is bound to.
    """

    text: str
    is_dpop: bool = False


def token_in_header() -> PresentedToken | None:
    """Return it; ``None`` where the header is missing or of another scheme."""
    scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() not in (BEARER, DPOP):
        return None
    return PresentedToken(credentials.strip(" "), scheme.lower() == DPOP)
