"""Whether whoever sent an access token holds the key that it is bound to (RFC 7800 §3.1)."""

from collections.abc import Callable
from typing import Any

from provider.client_certificate import proves_certificate
from validators.access_tokens import AccessToken
from validators.certificate_binding import X5T

Proof = Callable[[Any], bool]

PROOFS: dict[str, Proof] = {X5T: proves_certificate}
"""By member of ``cnf``: whether the current request proves the key of that value."""


def is_confirmed(token: AccessToken) -> bool:
    """Whether every key that ``token`` names is proven; one of a kind that nobody can check is not."""
    return all(name in PROOFS and PROOFS[name](value) for name, value in (token.confirmation or {}).items())
