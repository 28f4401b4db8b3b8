"""The operators' pages as places to come back to after a sign-in."""

from urllib.parse import parse_qsl, urlencode

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException

from provider.bridge import MAX_PARAMETERS, read_query
from provider.paths import local_path

BLUEPRINT = ROOT = "admin"
"""The name of the blueprint, and what the path of each page begins with."""


def place() -> str:
    """Return the name of the page of this request: its path below the issuer's, and its query."""
    return _with_query(local_path().lstrip("/"), read_query().parameters)


def here() -> str:
    """Return the address of the page of this request."""
    return _with_query(request.path, read_query().parameters)


def address_of(name: str) -> str | None:
    """Return the address of the operators' page that ``name`` names; ``None`` for whatever is none.

    The address is made anew from the route: nothing of the name leads anywhere else.
    """
    if not name.startswith(ROOT):
        return None
    path, _, query = name.partition("?")
    routes = current_app.url_map.bind("localhost")
    try:
        endpoint, _ = routes.match(f"{current_app.extensions['provider'].settings.path}/{path}", method="GET")
        parameters = dict(parse_qsl(query, max_num_fields=MAX_PARAMETERS))
    except (HTTPException, ValueError):
        return None
    if not endpoint.startswith(f"{BLUEPRINT}."):
        return None
    return _with_query(url_for(endpoint), parameters)


def _with_query(path: str, parameters: dict[str, str]) -> str:
    return f"{path}?{urlencode(parameters)}" if parameters else path
