"""A long-lived cookie that says who has signed in in this browser before, to nobody but this provider."""

from flask import request
from werkzeug.wrappers import Response

from keys import base64url
from provider.wiring import Services
from validators.secret_digests import new_secret

COOKIE = "paper_known"
KIND = "known_browser"
SEPARATOR = "."
MAX_PEOPLE = 5
MAX_COOKIE = 400
LIFETIME_SECONDS = 400 * 86400


def name_for(services: Services, user_id: str) -> str | None:
    """Return the name of this browser if the person ``user_id`` has signed in here before.

    The cookie holds that name and, for each person, an HMAC over both; it opens nothing.
    """
    name, *marks = _read(services)
    return name if _mark(services, name, user_id) in marks else None


def remember(services: Services, response: Response, user_id: str) -> None:
    """Let the browser remember that ``user_id`` has signed in here; the last few people are known."""
    name, *marks = _read(services)
    name = name or new_secret()
    mark = _mark(services, name, user_id)
    others = [other for other in marks if other != mark]
    response.set_cookie(
        services.settings.cookie_prefix + COOKIE,
        SEPARATOR.join([name, mark, *others][: 1 + MAX_PEOPLE]),
        max_age=LIFETIME_SECONDS,
        secure=services.settings.is_https,
        httponly=True,
        samesite="Lax",
    )


def _read(services: Services) -> list[str]:
    value = request.cookies.get(services.settings.cookie_prefix + COOKIE, "")
    return value.split(SEPARATOR) if value.isascii() and len(value) <= MAX_COOKIE else [""]


def _mark(services: Services, name: str, user_id: str) -> str:
    return base64url.encode(services.digests.digest(KIND, f"{name} {user_id}"))
