"""What tells clients that the sign-in of a browser has changed (OpenID Connect Session Management §3)."""

import hashlib
import secrets

from flask import request
from werkzeug.wrappers import Response

from keys import base64url
from provider.wiring import Services

COOKIE = "paper_browser_state"
KIND = "browser_state"
STATE_BYTES = 16
SALT_BYTES = 12


def browser_state(services: Services, sign_in_cookie: str) -> str:
    """Return the state of a browser that is signed in by this cookie: a digest that tells nothing of it."""
    return base64url.encode(services.digests.digest(KIND, sign_in_cookie)[:STATE_BYTES])


def cookie_name(services: Services) -> str:
    """Return the name of the cookie that the check_session_iframe reads."""
    return services.settings.cookie_prefix + COOKIE


def set_state(services: Services, response: Response, sign_in_cookie: str) -> None:
    """Let scripts of ours in any frame know the state of a browser that signs in."""
    _set(services, response, browser_state(services, sign_in_cookie))


def clear_state(services: Services, response: Response) -> None:
    """Let them know that nobody is signed in."""
    is_https = services.settings.is_https
    response.delete_cookie(cookie_name(services), secure=is_https, samesite="None" if is_https else "Lax")


def renew_state(services: Services, response: Response, state: str) -> None:
    """Set ``state`` in a browser that has lost it or has an old one."""
    if request.cookies.get(cookie_name(services)) != state:
        _set(services, response, state)


def session_state(client_id: str, origin: str, state: str) -> str:
    """Return what the check_session_iframe computes as long as nothing changes (§2).

    Args:
        client_id: who is told.
        origin: of the page that will ask, as browsers write it.
        state: of the browser.
    """
    salt = secrets.token_urlsafe(SALT_BYTES)
    digest = hashlib.sha256(f"{client_id} {origin} {state} {salt}".encode()).digest()
    return f"{base64url.encode(digest)}.{salt}"


def _set(services: Services, response: Response, state: str) -> None:
    is_https = services.settings.is_https
    response.set_cookie(
        cookie_name(services),
        state,
        max_age=services.settings.session_seconds,
        secure=is_https,
        httponly=False,  # no secret: scripts are to read it
        samesite="None" if is_https else "Lax",
    )
