"""Which paths answer programs, and which answer people."""

from flask import current_app, request

MACHINE_PATHS = frozenset(
    {
        *("/token", "/par", "/device_authorization", "/revoke", "/introspect", "/userinfo", "/jwks"),
        *("/bc-authorize", "/healthz", "/readyz", "/openapi.json", "/metrics"),
    }
)
WELL_KNOWN = "/.well-known/"
REGISTER = "/register"


def local_path() -> str:
    """Return the current path below the issuer's."""
    return request.path.removeprefix(current_app.extensions["provider"].settings.path)


def is_for_machines() -> bool:
    """Whether the current path answers programs, in JSON, rather than people."""
    path = local_path()
    return path in MACHINE_PATHS or path.startswith(WELL_KNOWN) or is_registration(path)


def is_registration(path: str) -> bool:
    """Whether a path below the issuer's is that of registrations or of one of them."""
    return path == REGISTER or path.startswith(f"{REGISTER}/")
