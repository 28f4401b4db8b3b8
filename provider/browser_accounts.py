"""The other people who are signed in in this browser: a second cookie remembers their sign-ins."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import request
from werkzeug.wrappers import Response

from provider import browser_state, login_state
from provider.wiring import Services
from validators.login_sessions import SessionRecord

COOKIE = "paper_accounts"
MAX_OTHERS = 5
SEPARATOR = "."
OTHER = "other"
"""What the sign-in page is asked for when the one who is signed in stays so."""


class BrowserAccount(NamedTuple):
    """One sign-in of this browser, and the cookie it goes by."""

    cookie: str
    session: SessionRecord


def has_others(services: Services) -> bool:
    """Whether this browser remembers other sign-ins, alive or not; reads nothing."""
    return bool(_cookies(services))


def others(services: Services, *, client_id: str = "", resource: str = "") -> list[BrowserAccount]:
    """Return the other sign-ins that are alive, with the consent given to a client, in one read.

    A browser that remembers none costs nothing.
    """
    cookies = _cookies(services)
    if not cookies:
        return []
    found = services.login_sessions.find_all(cookies, client_id=client_id, resource=resource)
    return [BrowserAccount(cookie, found[cookie]) for cookie in cookies if cookie in found]


def current(services: Services) -> BrowserAccount | None:
    """Return the sign-in that counts now."""
    session, cookie = login_state.current(services), login_state.cookie(services)
    return BrowserAccount(cookie, session) if session is not None and cookie is not None else None


def named(services: Services, sid: str | None) -> BrowserAccount | None:
    """Return the sign-in of this browser that clients know by ``sid``, else the one that counts now."""
    now = current(services)
    if sid is None or (now is not None and now.session.sid == sid):
        return now
    return next((account for account in others(services) if account.session.sid == sid), now)


def forget(services: Services, response: Response, account: BrowserAccount) -> None:
    """Take the cookie of one sign-in from the browser; whoever else is signed in stays so."""
    if account.cookie == login_state.cookie(services):
        login_state.clear_cookie(services, response)
        browser_state.clear_state(services, response)
    else:
        remember(services, response, [other for other in others(services) if other.cookie != account.cookie])


def remember(services: Services, response: Response, accounts: Sequence[BrowserAccount]) -> None:
    """Let the browser remember ``accounts`` as its other sign-ins, the first few of them."""
    name, is_https = services.settings.cookie_prefix + COOKIE, services.settings.is_https
    if not accounts:
        response.delete_cookie(name, secure=is_https, httponly=True, samesite="Lax")
        return
    response.set_cookie(
        name,
        SEPARATOR.join(account.cookie for account in accounts[:MAX_OTHERS]),
        max_age=services.settings.session_seconds,
        secure=is_https,
        httponly=True,
        samesite="Lax",
    )


def _cookies(services: Services) -> list[str]:
    value = request.cookies.get(services.settings.cookie_prefix + COOKIE, "")
    cookies = dict.fromkeys(value.split(SEPARATOR))
    cookies.pop(login_state.cookie(services) or "", None)
    return [cookie for cookie in cookies if login_state.is_cookie(cookie)][:MAX_OTHERS]
