"""What the key ring needs of the place where keys are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class KeyState(StrEnum):
    """Where a key is on its way."""

    NEXT = "next"  # published, not yet signing
    ACTIVE = "active"  # published, signing
    RETIRED = "retired"  # published until ``unpublish_at``; verifies an id_token_hint after that


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """One signing key as it is stored; times are NumericDate."""

    kid: str
    alg: str
    state: KeyState
    public_jwk: dict[str, str]
    sealed_private: bytes
    created_at: int
    activated_at: int | None = None
    retired_at: int | None = None
    unpublish_at: int | None = None

    def is_published(self, now: int) -> bool:
        """Whether the JWK set shows it."""
        return self.state is not KeyState.RETIRED or (
            self.unpublish_at is not None and now < self.unpublish_at
        )


class KeyStore(Protocol):
    """Where key records are kept."""

    @property
    def unavailable(self) -> tuple[type[Exception], ...]:
        """The exceptions that mean: not reached now."""

    def load(self) -> list[KeyRecord]:
        """Return every record, oldest first."""

    def replace(self, alg: str, seen: Sequence[KeyRecord], records: Sequence[KeyRecord]) -> bool:
        """Make ``records`` all there is for ``alg``, in one step, if what is stored equals ``seen``.

        Returns:
            False when another process was faster: nothing has been written, load and think again.
        """
