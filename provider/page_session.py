"""The page cookie: Flask's signed session, for pages alone, opened when a page first looks into it."""

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from provider.page_signer import PageSigner
from provider.paths import is_for_machines


class PageSession(SessionMixin):
    """What a browser's page cookie holds; most requests never ask, and so nothing is verified for them.

    Args:
        load: opens the cookie.
    """

    def __init__(self, load: Callable[[], MutableMapping[str, Any]]) -> None:
        self._load = load
        self._values: MutableMapping[str, Any] | None = None
        self.modified = False

    @property
    def is_open(self) -> bool:
        """Whether anything has been read or written."""
        return self._values is not None

    def _opened(self) -> MutableMapping[str, Any]:
        if self._values is None:
            self._values = self._load()
        self.accessed = True
        return self._values

    def __getitem__(self, key: str) -> Any:
        """See ``MutableMapping``."""
        return self._opened()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        """See ``MutableMapping``."""
        self._opened()[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        """See ``MutableMapping``."""
        del self._opened()[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        """See ``MutableMapping``."""
        return iter(self._opened())

    def __len__(self) -> int:
        """See ``MutableMapping``."""
        return len(self._opened())


class PageSessionInterface(SecureCookieSessionInterface):
    """Opens no session for programs: they have none, and its key would cost a read of the store."""

    def open_session(self, app: Flask, request: Request) -> PageSession | None:  # type: ignore[override]
        """Return the page's session; ``None`` where there is no page."""
        if is_for_machines() or request.endpoint == "static":
            return None
        opened = super().open_session
        return PageSession(lambda: opened(app, request) or {})

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and verifies the cookie."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = PageSigner
        return serializer

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie if anything in it has changed."""
        if isinstance(session, PageSession) and session.is_open:
            super().save_session(app, session, response)
