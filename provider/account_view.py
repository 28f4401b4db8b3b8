"""The sign-ins and the applications of one person as pages show them."""

from collections.abc import Iterable
from urllib.parse import quote

from keys import base64url
from provider.client_view import view_of
from provider.detail_words import describe_details
from provider.moments import moment
from provider.scope_words import describe_scope
from provider.user_agent import describe_device
from provider.wiring import services
from validators.account_sessions import AccountSession
from validators.connected_apps import ConnectedApp, Permission

MAX_ID = 40


def shown_sessions(found: Iterable[AccountSession], this: bytes) -> list[dict[str, object]]:
    """Return sign-ins for a page, the one of this browser first."""
    ordered = sorted(found, key=lambda row: row.id != this)
    return [_shown_session(row, is_this=row.id == this) for row in ordered]


def shown_apps(found: Iterable[ConnectedApp]) -> list[dict[str, object]]:
    """Return applications for a page, without those that are gone."""
    return [shown for app in found if (shown := _shown_app(app)) is not None]


def read_id(text: str) -> bytes:
    """Return the id behind ``text``, as a page shows one; what is none names nothing."""
    try:
        return base64url.decode(text) if len(text) <= MAX_ID else b""
    except ValueError:
        return b""


def _shown_session(row: AccountSession, *, is_this: bool) -> dict[str, object]:
    now = services().clock()
    return {
        "id": base64url.encode(row.id),
        "device": describe_device(row.user_agent),
        "signed_in": moment(row.auth_time, now),
        "last_used": moment(row.last_seen_at, now),
        "is_this": is_this,
    }


def _shown_app(app: ConnectedApp) -> dict[str, object] | None:
    client = services().clients.get(app.client_id)
    if client is None:
        return None
    return {
        "key": quote(app.client_id, safe=""),
        "client": view_of(client),
        "scopes": [{"name": name, "description": describe_scope(name)} for name in app.scopes],
        "resources": app.resources,
        "last_used": moment(app.last_used_at, services().clock()),
        "permissions": [_shown_permission(each) for each in app.permissions],
    }


def _shown_permission(permission: Permission) -> dict[str, object]:
    return {
        "id": base64url.encode(permission.id),
        "details": describe_details(permission.details),
        "allowed": moment(permission.granted_at, services().clock()),
    }
