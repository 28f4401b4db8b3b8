"""The page cookie: Flask's signed session, for pages alone."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from provider.paths import is_for_machines


class PageSessionInterface(SecureCookieSessionInterface):
    """Opens no session for programs: they have none, and its key would cost a read of the store."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the page's session; ``None`` where there is no page."""
        if is_for_machines() or request.endpoint == "static":
            return None
        return super().open_session(app, request)
