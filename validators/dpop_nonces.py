"""Nonces that a DPoP proof repeats: stateless, the same in every process, and soon over (RFC 9449 §8)."""

from collections.abc import Callable

from keys import base64url
from validators.secret_digests import SecretDigests

KIND = "dpop_nonce"
STEP_SECONDS = 300
NONCE_BYTES = 18


class DpopNonces:
    """Gives and knows nonces; each is offered for five minutes and good for as long again.

    Args:
        digests: derives them.
        clock: NumericDate.
    """

    def __init__(self, digests: SecretDigests, clock: Callable[[], int]) -> None:
        self._digests = digests
        self._now = clock

    def current(self) -> str:
        """Return the nonce to offer."""
        return self._of(self._now() // STEP_SECONDS)

    def is_good(self, nonce: object) -> bool:
        """Whether ``nonce`` is the one offered now or the one before."""
        step = self._now() // STEP_SECONDS
        return nonce in (self._of(step), self._of(step - 1))

    def _of(self, step: int) -> str:
        return base64url.encode(self._digests.digest(KIND, str(step))[:NONCE_BYTES])
