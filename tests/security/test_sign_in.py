"""Signing in: whose browser it is, and what stays shut without it."""

import base64
import sqlite3

import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import Browser, client_request, redeem, refresh
from tests.builders import PASSWORD, make_client
from tests.sqlite_only import database_url as database_url

pytestmark = pytest.mark.security

PAGES = ("/account", "/account/password")


@pytest.mark.parametrize("token", [None, "", "forged"])
def test_a_form_of_another_site_signs_nobody_in(http: FlaskClient, ada: str, token: str | None) -> None:
    """RFC 6819 §4.4.1.8, login CSRF: no sign-in without the token of this browser's own page."""
    Browser(http).http.get("/login")
    forged = {} if token is None else {"csrf_token": token}

    answer = http.post("/login", data={"username": "ada", "password": PASSWORD} | forged)

    assert (answer.status_code, 'id="login-error"' in answer.text) == (200, True)
    assert http.get_cookie("paper_session") is None


def test_a_form_token_is_for_one_browser(http: FlaskClient, app: object, ada: str) -> None:
    """The token of the attacker's page is worth nothing in the browser of somebody else."""
    page = http.get("/login").text
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
    victim = http.application.test_client()
    victim.get("/login")

    victim.post("/login", data={"username": "ada", "password": PASSWORD, "csrf_token": token})

    assert token
    assert victim.get_cookie("paper_session") is None


def test_a_token_opens_no_page_about_the_person(services: Services, signed_in: Browser, app: object) -> None:
    """CVE-2020-14389: what an application holds for a person is no sign-in of theirs."""
    client, secret = make_client(services)
    tokens = redeem(
        signed_in.http, client, secret, signed_in.code_for(client, scope="openid offline_access")
    ).get_json()
    bare = signed_in.http.application.test_client()

    for token in (tokens["access_token"], tokens["id_token"], tokens["refresh_token"]):
        basic = base64.b64encode(f"ada:{token}".encode()).decode()
        for authorization in (f"Bearer {token}", f"Basic {basic}"):
            bare.set_cookie("paper_session", token[:100])
            for page in PAGES:
                answer = bare.get(page, headers={"Authorization": authorization})
                assert (answer.status_code, answer.location.split("?")[0]) == (303, "/login")


def test_a_disabled_person_is_nobody_anywhere(
    services: Services, http: FlaskClient, signed_in: Browser, ada: str
) -> None:
    """CVE-2026-1609, CVE-2026-43983: pages, code, refresh, UserInfo and introspection at once."""
    client, secret = make_client(services, paper_introspect=True)
    code = signed_in.code_for(client, scope="openid offline_access")
    tokens = redeem(http, client, secret, code).get_json()
    unspent = signed_in.code_for(client)
    services.people.disable(ada)

    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    info = http.get("/userinfo", headers=bearer)
    told = client_request(http, "/introspect", client, secret, token=tokens["access_token"])
    again = signed_in.sign_in(http.get("/login"))

    assert redeem(http, client, secret, unspent).get_json()["error"] == "invalid_grant"
    assert refresh(http, client, secret, tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert (info.status_code, told.get_json()) == (401, {"active": False})
    assert "The name or the password is not right." in again.text
    assert signed_in.authorize(client, prompt="none").location.find("error=login_required") > 0


def test_what_a_waiting_request_says_stays_here(services: Services, browser: Browser, ada: str) -> None:
    """CVE-2024-4540: neither cookies nor addresses of the pages hold it, only an id."""
    client, _ = make_client(services)
    asked = browser.authorize(client, state="secret-state", nonce="secret-nonce", login_hint="ada")
    page = browser.http.get(asked.location)
    cookies = "".join(asked.headers.getlist("Set-Cookie") + page.headers.getlist("Set-Cookie"))
    decoded = "".join(
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("latin-1")
        for part in cookies.split("paper_page=")[1].split(";")[0].split(".")[:1]
    )

    for secret in ("secret-state", "secret-nonce", client.redirect_uris[0]):
        assert secret not in asked.location + cookies + decoded


def test_the_known_browser_cookie_is_stored_nowhere(services: Services, signed_in: Browser) -> None:
    """What a browser holds is in no row: a stolen database makes no browser known."""
    cookie = signed_in.http.get_cookie("paper_known")
    assert cookie is not None
    path = services.settings.database_url.removeprefix("sqlite:///").removeprefix("sqlite+pysqlite:///")
    with sqlite3.connect(path) as connection:
        dump = "\n".join(connection.iterdump())

    assert all(part not in dump for part in cookie.value.split("."))
