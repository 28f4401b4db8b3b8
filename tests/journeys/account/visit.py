"""What people do on the account page, in a browser of their own."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from provider.wiring import Services
from tests.browser import Browser, hidden_fields, redeem
from tests.builders import PASSWORD, make_client

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW_PASSWORD = "a much better password"


def sign_in(app: Flask, username: str) -> Browser:
    browser = Browser(app.test_client(), username)
    browser.http.environ_base["HTTP_USER_AGENT"] = FIREFOX
    assert browser.sign_in(browser.http.get("/login")).status_code == 303
    return browser


def post(browser: Browser, path: str, page: str = "/account", /, **fields: str) -> TestResponse:
    """Send a form of a page with its token."""
    token = hidden_fields(browser.http.get(page))["csrf_token"]
    return browser.http.post(path, data={"csrf_token": token, **fields})


def change_password(browser: Browser, **fields: str) -> TestResponse:
    values = {
        "current_password": PASSWORD,
        "new_password": NEW_PASSWORD,
        "repeated_password": NEW_PASSWORD,
        **fields,
    }
    return post(browser, "/account/password", "/account/password", **values)


def is_signed_in(browser: Browser) -> bool:
    return browser.http.get("/account").status_code == 200


def session_ids(browser: Browser) -> list[str]:
    """Return the ids of the sign-ins that the page shows, its own first."""
    return re.findall(r'id="session-([^"]+)"', browser.http.get("/account").text)


def tokens_of(services: Services, browser: Browser, **parameters: Any) -> tuple[Any, str, dict[str, Any]]:
    """Let a client in; return it, its secret and its tokens."""
    client, secret = make_client(services)
    tokens = redeem(browser.http, client, secret, browser.code_for(client, **parameters)).get_json()
    return client, secret, tokens
