"""What the provider has acknowledged, as its client wrote it down."""

import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class HeldGrant:
    """One authorization, from its code to its newest refresh token.

    Attributes:
        sign_in: the number of the visitor's sign-in that it lives by; ``None`` with offline access.
        refresh_tokens: oldest first; each was acknowledged.
        rotated_at: when the last of them came, by this machine's monotonic clock.
        is_over: whether its end has been acknowledged.
        is_unknown: a request that would end or change it had no answer for so long that nothing is known.
    """

    code: str
    sign_in: int | None
    access_token: str = ""
    access_ends: float = 0
    refresh_tokens: list[str] = field(default_factory=list)
    rotated_at: float = 0
    is_over: bool = False
    is_unknown: bool = False

    def take(self, answer: dict[str, Any]) -> None:
        """Write down the tokens of an answer."""
        self.access_token = answer["access_token"]
        self.access_ends = time.monotonic() + answer["expires_in"] - 5
        following = answer.get("refresh_token")
        if following and following not in self.refresh_tokens:
            self.refresh_tokens.append(following)
            self.rotated_at = time.monotonic()


@dataclass
class HeldRegistration:
    """A client that registered itself."""

    uri_path: str
    token: str
    is_deleted: bool = False


@dataclass
class Journal:
    """Everything that one visitor was told.

    Attributes:
        sign_in: how many sign-ins there have been; the number of the present one.
        is_signed_in: whether the present one is certain.
        has_consented: whether a consent of this person to this client was acknowledged.
        ended: the cookies of sign-ins whose end was acknowledged.
    """

    grants: list[HeldGrant] = field(default_factory=list)
    registrations: list[HeldRegistration] = field(default_factory=list)
    ended: list[dict[str, str]] = field(default_factory=list)
    sign_in: int = 0
    is_signed_in: bool = False
    has_consented: bool = False
    id_token: str = ""

    def live(self) -> list[HeldGrant]:
        """Return the grants that must be alive and can be refreshed."""
        return [each for each in self.grants if each.refresh_tokens and not (each.is_over or each.is_unknown)]

    def over(self) -> list[HeldGrant]:
        """Return the grants that must be over."""
        return [each for each in self.grants if each.is_over and not each.is_unknown]
