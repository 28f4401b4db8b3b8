"""The short way to an endpoint and Flask's own give the same answers."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from provider.factory import Provider
from provider.short_way import LONG_WAY, PATHS
from provider.wiring import Services
from tests.browser import Browser, redeem
from tests.builders import make_client
from tests.provider.test_token_errors import basic
from tests.sqlite_only import database_url as database_url

Ask = Callable[[], TestResponse]
GROWING = {"access_token", "exp", "iat", "jti"}
"""What differs from one answer to the next by itself."""


def provider_of(http: FlaskClient) -> Provider:
    """Return the application that ``http`` talks to."""
    app: Flask = http.application
    assert isinstance(app, Provider)
    return app


def by_both(
    http: FlaskClient, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> tuple[TestResponse, TestResponse]:
    """Return the answers of the short way, which must be there, and of Flask's."""
    ways, taken = provider_of(http).short_ways, []
    find = ways.find

    def remember(environ: dict[str, Any]) -> Any:
        taken.append(find(environ))
        return taken[-1]

    monkeypatch.setattr(ways, "find", remember)
    short = ask()
    assert taken[0] is not None
    monkeypatch.setattr(ways, "find", lambda _environ: None)
    long = ask()
    monkeypatch.setattr(ways, "find", find)
    return short, long


def said(response: TestResponse) -> tuple[int, list[tuple[str, str]], Any]:
    """Return status, headers and members, without what differs by itself."""
    headers = sorted(pair for pair in response.headers if pair[0] not in ("Content-Length", "Date"))
    members = json.loads(response.data)
    return response.status_code, headers, {name: members[name] for name in members.keys() - GROWING}


@pytest.mark.parametrize(
    ("path", "form"),
    [
        pytest.param("/token", {"grant_type": "client_credentials"}, id="token"),
        pytest.param("/token", {"grant_type": "none-such"}, id="token-error"),
        pytest.param("/token", {"grant_type": "client_credentials", "x": "y" * 70_000}, id="too-large"),
        pytest.param("/introspect", {"token": "foreign"}, id="introspect"),
        pytest.param("/introspect", {}, id="introspect-error"),
        pytest.param("/revoke", {"token": "foreign"}, id="revoke"),
    ],
)
@pytest.mark.parametrize("is_known", [True, False])
def test_a_client_gets_the_same(
    services: Services,
    http: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    form: dict[str, str],
    is_known: bool,
) -> None:
    """Errors too, and those of a client that cannot prove itself."""
    client, secret = make_client(services, grant_types=["client_credentials"])
    headers = basic(client.client_id, secret if is_known else "wrong")

    short, long = by_both(http, monkeypatch, lambda: http.post(path, data=form, headers=headers))

    assert said(short) == said(long)


def test_userinfo_and_keys_are_the_same(
    services: Services, http: FlaskClient, signed_in: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a token, without one, and for GET and POST."""
    client, secret = make_client(services)
    token = redeem(http, client, secret, signed_in.code_for(client)).get_json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}

    asks: list[Ask] = [
        lambda: http.get("/userinfo", headers=bearer),
        lambda: http.post("/userinfo", headers=bearer),
        lambda: http.post("/userinfo", data={"access_token": token}),
        lambda: http.get("/userinfo"),
        lambda: http.get("/jwks"),
    ]

    for ask in asks:
        short, long = by_both(http, monkeypatch, ask)
        assert said(short) == said(long)


@pytest.mark.parametrize("name", LONG_WAY)
@pytest.mark.parametrize("path", PATHS)
def test_what_depends_on_more_goes_the_long_way(http: FlaskClient, name: str, path: str) -> None:
    """An Origin, a DPoP proof, a condition."""
    environ = {"REQUEST_METHOD": "GET" if path == "/jwks" else "POST", "PATH_INFO": path}

    assert provider_of(http).short_ways.find(environ) is not None
    assert provider_of(http).short_ways.find({**environ, name: "x"}) is None


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "DELETE", "PUT"])
@pytest.mark.parametrize("path", PATHS)
def test_other_methods_go_the_long_way(http: FlaskClient, method: str, path: str) -> None:
    """There is nothing to run for them."""
    assert provider_of(http).short_ways.find({"REQUEST_METHOD": method, "PATH_INFO": path}) is None


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "x" * 300, "a..b", ".", "bad host", "127.0.0.1:99"])
@pytest.mark.parametrize("path", PATHS)
def test_a_host_is_refused_by_both_or_by_neither(
    http: FlaskClient, monkeypatch: pytest.MonkeyPatch, host: str, path: str
) -> None:
    """RFC 9110 §7.2: 400 to one that cannot be one."""
    ways, method = provider_of(http).short_ways, "GET" if path == "/jwks" else "POST"

    def ask() -> TestResponse:
        return http.open(path, method=method, headers={"Host": host})

    as_it_is = ask()
    monkeypatch.setattr(ways, "find", lambda _environ: None)

    assert said(as_it_is) == said(ask())


def test_a_bug_is_a_500_with_an_id(http: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by Flask's way: nothing of it is told, and the same headers are there."""
    app = provider_of(http)

    def broken() -> Response:
        raise ZeroDivisionError

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    way = app.short_ways.find({"REQUEST_METHOD": "GET", "PATH_INFO": "/jwks"})
    assert way is not None
    monkeypatch.setattr(app.short_ways, "find", lambda _environ: way._replace(view=broken))

    response = http.get("/jwks")

    assert response.status_code == 500
    assert response.get_json()["error"] == "server_error"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert len(response.headers.getlist("Content-Security-Policy")) == 1
