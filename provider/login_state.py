"""The browser's two cookies: who is signed in, and which browser a waiting request belongs to."""

import secrets

from flask import request, session
from werkzeug.wrappers import Response

from provider.wiring import Services
from validators.login_sessions import SessionRecord

BROWSER = "browser"
USER_CODES = "user_codes"
MAX_USER_CODES = 5
COOKIE = "paper_session"
MAX_COOKIE = 100


def current(services: Services, *, client_id: str = "", resource: str = "") -> SessionRecord | None:
    """Return the live sign-in of this browser, with the consent given to a client, in one read."""
    cookie = request.cookies.get(_name(services))
    if cookie is None or len(cookie) > MAX_COOKIE or not cookie.isascii():
        return None
    return services.login_sessions.find(cookie, client_id=client_id, resource=resource)


def browser() -> str:
    """Return the random name of this browser, kept in the signed page cookie; made on first need."""
    name = session.get(BROWSER)
    if not isinstance(name, str):
        name = session[BROWSER] = secrets.token_urlsafe(16)
    return name


def known_browser() -> str:
    """Return the name this browser has, or the empty one; gives it none."""
    name = session.get(BROWSER)
    return name if isinstance(name, str) else ""


def set_cookie(services: Services, response: Response, value: str) -> None:
    """Give the browser its sign-in cookie."""
    response.set_cookie(
        _name(services),
        value,
        max_age=services.settings.session_seconds,
        secure=services.settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def renew_page_cookie() -> None:
    """Start a new page cookie with new form tokens; requests that wait in this browser stay its own."""
    kept = {BROWSER: browser(), USER_CODES: session.get(USER_CODES, [])}
    session.clear()
    session.update(kept)


def remember_typed(user_code: str) -> None:
    """Keep in this browser that a good user code was typed here; the last few are known."""
    others = [code for code in session.get(USER_CODES, []) if code != user_code]
    session[USER_CODES] = [*others, user_code][-MAX_USER_CODES:]


def has_typed(user_code: str) -> bool:
    """Whether ``user_code`` was typed in this browser."""
    return user_code in session.get(USER_CODES, [])


def _name(services: Services) -> str:
    return services.settings.cookie_prefix + COOKIE
