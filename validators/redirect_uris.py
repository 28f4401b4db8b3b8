"""Which redirect URI a request may name (RFC 9700 §2.1, RFC 8252 §7.3)."""

import re

from validators.client import Client

LOOPBACK = re.compile(
    r"(http://(?:127\.0\.0\.1|\[::1\]|localhost))(?::([0-9]{1,5}))?((?:[/?].*)?)", re.DOTALL
)
LAST_PORT = 65535
ORIGIN = re.compile(r"(https?)://(\[[^\]/?#]+\]|[^:/?#\[]+)(?::([0-9]{1,5}))?(?=[/?#]|$)", re.IGNORECASE)
DEFAULT_PORTS = {"http": 80, "https": 443}


def is_registered(redirect_uri: str, client: Client) -> bool:
    """Whether ``redirect_uri`` is one of the client's, character by character.

    For a public native client the port of a loopback address may differ, and nothing else.
    """
    if redirect_uri in client.redirect_uris:
        return True
    if not (client.is_public and client.is_native):
        return False
    requested = _without_port(redirect_uri)
    return requested is not None and requested in map(_without_port, client.redirect_uris)


def sole_registered(client: Client) -> str | None:
    """Return the URI that a request may leave out, if exactly one is registered (RFC 6749 §3.1.2.3)."""
    return client.redirect_uris[0] if len(client.redirect_uris) == 1 else None


def origins(client: Client) -> frozenset[str]:
    """Return the origins of the client's http and https redirect URIs, as browsers write them (for CORS)."""
    found = (ORIGIN.match(uri) for uri in client.redirect_uris)
    return frozenset(_origin(match) for match in found if match)


def origin_of(uri: str) -> str | None:
    """Return the origin of an http or https redirect URI, as browsers write it; ``None``: it has none."""
    match = ORIGIN.match(uri)
    return _origin(match) if match else None


def _origin(match: re.Match[str]) -> str:
    scheme, host, port = match[1].lower(), match[2].lower(), match[3]
    is_default = port is None or int(port) == DEFAULT_PORTS[scheme]
    return f"{scheme}://{host}" if is_default else f"{scheme}://{host}:{int(port)}"


def _without_port(uri: str) -> tuple[str, str] | None:
    match = LOOPBACK.fullmatch(uri)
    if match is None or int(match[2] or 0) > LAST_PORT:
        return None
    return match[1], match[3]
