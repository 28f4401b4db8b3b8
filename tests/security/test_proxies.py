"""What a request says of its way here counts only from a proxy that the operator trusts (RFC 9700 §4.13)."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from flask import Flask
from flask.testing import FlaskClient

from provider.factory import create_app
from provider.sign_in_limits import NETWORK
from provider.wiring import Services
from tests.browser import Browser
from tests.builders import make_client
from tests.sqlite_only import database_url as database_url

pytestmark = pytest.mark.security

FORGED = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Port": "1",
    "Forwarded": "for=1.2.3.4;host=evil.example;proto=http",
    "X-Original-URL": "/evil",
    "X-Rewrite-URL": "/evil",
}


def test_no_address_of_ours_comes_from_a_header(services: Services, http: FlaskClient) -> None:
    """CVE-2025-64101, CVE-2026-33495: the issuer is configured; redirects stay relative."""
    client, _ = make_client(services)
    metadata = http.get("/.well-known/openid-configuration", headers=FORGED)
    query = {"response_type": "code", "client_id": client.client_id, "redirect_uri": client.redirect_uris[0]}
    asked = http.get("/authorize", query_string=query | {"scope": "openid"}, headers=FORGED)
    page = http.get(asked.location, headers=FORGED)

    assert metadata.get_json()["issuer"] == services.settings.issuer
    assert asked.location.startswith("/login?")
    for answer in (metadata, asked, page):
        assert "evil" not in answer.text + str(answer.headers)


def guess(app: Flask, remote: str, forwarded: str) -> int:
    """Guess at a name of nobody, all anew; return the status."""
    browser = Browser(app.test_client())
    browser.http.environ_base.update(REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)
    return browser.sign_in(browser.http.get("/login"), username=f"nobody {forwarded}").status_code


def test_who_asks_is_not_for_the_caller_to_say(services: Services, app: Flask) -> None:
    """A stranger's X-Forwarded-For is no way round a limit; behind a trusted proxy the last hop counts."""
    services.settings = replace(services.settings, trusted_proxies=(ip_network("10.0.0.0/8"),))
    app = create_app(services=services)

    direct = [guess(app, "203.0.113.5", f"198.51.100.{number}") for number in range(NETWORK.free + 1)]
    behind = [guess(app, "10.0.0.1", f"192.0.2.{number}, 203.0.113.6") for number in range(NETWORK.free + 1)]
    other = guess(app, "10.0.0.1", "203.0.113.6, 198.51.100.250")
    broken = guess(app, "10.0.0.2", "not-an-address")

    assert direct == behind == [200] * NETWORK.free + [429]
    assert (other, broken) == (200, 200)


def test_an_ipv6_caller_is_its_network(services: Services, app: Flask) -> None:
    """Whoever has a /64 has 2^64 addresses; the limits see one."""
    statuses = [guess(app, f"2001:db8::{number:x}", f"{number}") for number in range(NETWORK.free + 1)]

    assert statuses == [200] * NETWORK.free + [429]
    assert guess(app, "2001:db8:0:1::1", "x") == 200
