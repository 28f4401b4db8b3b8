"""create_app: one Flask app, its endpoints and commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import Flask, Request
from werkzeug.routing import MapAdapter

from provider.admin import desk
from provider.bridge import MAX_BODY
from provider.cli import Commands
from provider.cors import register_cors
from provider.dpop_request import register_dpop
from provider.endpoints import (
    account,
    account_password,
    accounts,
    approvals,
    authorization,
    backchannel_authentication,
    check_session,
    consent,
    device,
    device_authorization,
    discovery,
    frontchannel_logout,
    health,
    home,
    introspection,
    jwks,
    login,
    logout,
    openapi,
    pushed_authorization,
    registration,
    revocation,
    setup,
    token,
    userinfo,
    welcome,
)
from provider.errors import register_error_handlers
from provider.headers import register_headers
from provider.locales import init_locales
from provider.logs import configure_logs
from provider.metrics.recording import register_meters
from provider.page_session import PageSessionInterface
from provider.protected_resource import serve_resource_metadata
from provider.settings import BadSettings, Settings
from provider.short_way import ShortWays, WholeResponse
from provider.wiring import Services
from validators.scopes import OPENID_SCOPES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ENDPOINTS = (
    account.blueprint,
    account_password.blueprint,
    accounts.blueprint,
    approvals.blueprint,
    authorization.blueprint,
    check_session.blueprint,
    desk.blueprint,
    backchannel_authentication.blueprint,
    consent.blueprint,
    device.blueprint,
    device_authorization.blueprint,
    discovery.blueprint,
    frontchannel_logout.blueprint,
    health.blueprint,
    home.blueprint,
    introspection.blueprint,
    jwks.blueprint,
    login.blueprint,
    logout.blueprint,
    openapi.blueprint,
    pushed_authorization.blueprint,
    revocation.blueprint,
    setup.blueprint,
    token.blueprint,
    userinfo.blueprint,
    welcome.blueprint,
)
PAGE_COOKIE = "paper_page"
PAGE_COOKIE_KEY = "page_cookie_key"


class Provider(Flask):
    """Flask, with a short way to some endpoints; the key of its page cookie is read when it is needed."""

    session_interface = PageSessionInterface()
    response_class = WholeResponse
    short_ways: ShortWays

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, by the short way where there is one."""
        if (way := self.short_ways.find(environ)) is not None:
            return self.short_ways.answer(way, environ, start_response)
        return super().wsgi_app(environ, start_response)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Return what finds the endpoint of ``request``; nothing where it is known."""
        if request is not None and request.url_rule is not None:
            return None
        return super().create_url_adapter(request)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``func``: every view and hook is a plain function, and five of them run in each request."""
        return func

    @cached_property
    def secret_key(self) -> bytes:  # type: ignore[override]
        """The key of page cookies and form tokens, the same in every process."""
        services: Services = self.extensions["provider"]
        return services.digests.digest(PAGE_COOKIE_KEY, "")


def create_app(settings: Settings | None = None, services: Services | None = None) -> Provider:
    """Return the provider as a WSGI application; nothing is read from the database yet.

    Args:
        settings: how it behaves; by default the ``PAPER_`` environment.
        services: ready-made objects, for tests.

    Raises:
        SystemExit: status 2, with every problem of the environment on stderr.
    """
    settings = services.settings if services else settings or _settings()
    configure_logs(settings)
    app = Provider("provider", static_url_path=f"{settings.path}/static")
    app.extensions["provider"] = services or Services(settings)
    app.config.update(
        PROVIDE_AUTOMATIC_OPTIONS=False,  # provider.cors answers preflights, where there are any
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        SESSION_COOKIE_NAME=settings.cookie_prefix + PAGE_COOKIE,
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.url_map.merge_slashes = False  # it would redirect, to the host that the request names
    app.cli = Commands(app.name)
    init_locales(app)
    register_error_handlers(app)
    register_cors(app)
    register_dpop(app)
    register_headers(app, is_https=settings.is_https)
    for blueprint in ENDPOINTS:
        app.register_blueprint(blueprint, url_prefix=settings.path or None)
    if settings.registration != "off":
        app.register_blueprint(registration.blueprint, url_prefix=settings.path or None)
    serve_resource_metadata(app, settings.issuer, scopes=OPENID_SCOPES, methods=("header", "body"))
    if (meters := app.extensions["provider"].meters) is not None:
        register_meters(app, meters)
        from provider.endpoints import metrics  # here: few providers are counted, and it costs a start

        app.register_blueprint(metrics.blueprint, url_prefix=settings.path or None)
    if settings.path:
        discovery.register_inserted(app, settings.path)
    app.short_ways = ShortWays(app, settings.path, is_https=settings.is_https)
    if settings.tracing != "no":
        _trace(app, settings)
    return app


def _trace(app: Provider, settings: Settings) -> None:
    from provider.tracing.requests import trace_requests  # here: its packages are an extra
    from provider.tracing.spans import BadTracing

    try:
        spans = app.extensions["provider"].spans
    except BadTracing as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    trace_requests(app, spans, settings.trusted_proxies if settings.tracing == "continue" else ())


def _settings() -> Settings:
    try:
        return Settings.from_environ(os.environ)
    except BadSettings as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
