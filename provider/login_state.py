"""The browser's two cookies: who is signed in, and which browser a waiting request belongs to."""

import secrets

from flask import request, session
from werkzeug.wrappers import Response

from keys import base64url
from provider.wiring import Services
from validators.login_sessions import SessionRecord

BROWSER = "browser"
USER_CODES = "user_codes"
CHOICE = "choice"
MAX_USER_CODES = 5
COOKIE = "paper_session"
MAX_COOKIE = 100


def current(services: Services, *, client_id: str = "", resource: str = "") -> SessionRecord | None:
    """Return the live sign-in of this browser, with the consent given to a client, in one read."""
    value = cookie(services)
    if value is None:
        return None
    return services.login_sessions.find(value, client_id=client_id, resource=resource)


def cookie(services: Services) -> str | None:
    """Return the sign-in cookie that came, alive or not; ``None`` for what cannot be one."""
    value = request.cookies.get(_name(services))
    return value if value is not None and is_cookie(value) else None


def is_cookie(value: str) -> bool:
    """Whether ``value`` may be a sign-in cookie."""
    return 0 < len(value) <= MAX_COOKIE and value.isascii()


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


def clear_cookie(services: Services, response: Response) -> None:
    """Take the sign-in cookie from the browser."""
    response.delete_cookie(_name(services), secure=services.settings.is_https, httponly=True, samesite="Lax")


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


def remember_choice(request_id: str, session_id: bytes) -> None:
    """Keep in this browser which account a person chose for the request that waits; the last one counts."""
    session[CHOICE] = [request_id, base64url.encode(session_id)]


def has_chosen(request_id: str, session_id: bytes) -> bool:
    """Whether that account was chosen for that request, in this browser."""
    return session.get(CHOICE) == [request_id, base64url.encode(session_id)]


def _name(services: Services) -> str:
    return services.settings.cookie_prefix + COOKIE
