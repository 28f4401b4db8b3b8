"""How often a sign-in may be tried: for each account, each network and each browser that is known."""

from typing import NamedTuple

from provider import known_browser, login_state
from provider.client_address import client_network
from provider.guesses import ACCOUNT, Attempt, Charge, Pace, account_key
from provider.wiring import Services

NETWORK = Pace("sign_in/network", 50, 64, period_seconds=600)
"""Guesses at anybody from one address, or one /64 network of IPv6: many people may share it."""
KNOWN_BROWSER = Pace("sign_in/known_browser", 10, 512)
"""Guesses at one person from a browser in which they have signed in before."""


class Door(NamedTuple):
    """Where a sign-in is tried."""

    services: Services

    def begin(self, user_id: str | None, typed: str) -> Attempt:
        """Count an attempt before its password is looked at.

        A browser in which this person has signed in before is counted by itself: guesses from elsewhere do
        not keep its person out.

        Args:
            user_id: whose name was typed, if anybody's.
            typed: the name.

        Raises:
            StoreUnavailable: nothing can be counted, so nothing may be tried.
        """
        return self.services.guesses.begin(self._charges(user_id, typed))

    def _charges(self, user_id: str | None, typed: str) -> list[Charge]:
        if user_id is not None and (browser := self._known_browser(user_id)):
            return [(KNOWN_BROWSER, f"{user_id} {browser}")]
        return [(NETWORK, client_network()), (ACCOUNT, account_key(user_id, typed))]

    def _known_browser(self, user_id: str) -> str | None:
        """Return a name for this browser if the person has signed in here, by cookie or by sign-in."""
        if (name := known_browser.name_for(self.services, user_id)) is not None:
            return name
        session = login_state.current(self.services)
        return session.sid if session is not None and session.user_id == user_id else None
