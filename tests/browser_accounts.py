"""Several people in one browser: added, listed, chosen."""

import re
from typing import Any

import jwt
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.browser import Browser, answer_of, hidden_fields, redeem
from tests.builders import PASSWORD
from validators.client import Client

ACCOUNTS = "/login/accounts"


def add(browser: Browser, name: str) -> TestResponse:
    """Sign somebody in beside those who are there."""
    page = browser.http.get("/login?account=other")
    typed = {"username": name, "password": PASSWORD}
    response = browser.http.post("/login", data=hidden_fields(page) | typed)
    assert response.status_code == 303, response.text
    return response


def buttons(page: TestResponse) -> dict[str, str]:
    """Return the sessions that a page of accounts offers, by name, in order."""
    names = re.findall(r'<li data-account="([^"]*)">', page.text)
    return dict(zip(names, re.findall(r'name="session" value="([^"]*)"', page.text), strict=True))


def choose(browser: Browser, page: TestResponse, name: str) -> TestResponse:
    fields = hidden_fields(page) | {"session": buttons(page)[name]}
    return browser.http.post(ACCOUNTS, data=fields)


def who(browser: Browser) -> str | None:
    """Return the name of the one who counts now."""
    found = re.search(r'id="signed-in-as">.*?<bdi class="person">([^<]*)<', browser.http.get("/").text)
    return found[1] if found else None


def subject(http: FlaskClient, client: tuple[Client, str], answer: TestResponse) -> str:
    tokens = redeem(http, *client, answer_of(answer)["code"]).get_json()
    return str(jwt.decode(tokens["id_token"], options={"verify_signature": False})["sub"])


def follow_to(browser: Browser, client: Client, **asked: Any) -> TestResponse:
    """Send a request; return the page of the provider that it leads to."""
    return browser.http.get(browser.authorize(client, **asked).location)
