"""No secret of a full flow is found in a log line or in a dump of the database."""

import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from provider.settings import Settings
from provider.wiring import Services
from tests.browser import VERIFIER, Browser, hidden_fields, redeem, refresh
from tests.builders import PASSWORD, make_client, make_public_client, make_user
from tests.provider_log import log as log

pytestmark = pytest.mark.security


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As an operator has them who looks for a fault."""
    return replace(settings, log_level="debug", log_format="json")


def run_flow(services: Services, http: FlaskClient) -> dict[str, str]:
    """Sign in, consent, redeem, refresh, replay, fail; return every secret that was in use, by name."""
    make_user(services)
    browser = Browser(http)
    secrets: dict[str, str] = {"password": PASSWORD, "code_verifier": VERIFIER}
    for name, (client, secret) in {
        "opaque": make_client(services),
        "jwt": make_client(services, paper_access_token_format="jwt"),
        "post": make_client(services, token_endpoint_auth_method="client_secret_post"),
        "public": (make_public_client(services), ""),
    }.items():
        page = browser.authorize(client, scope="openid phone")
        secrets[f"{name} request"] = page.location.partition("request=")[2]
        code = browser.code_for(client, scope="openid email offline_access", prompt="consent")
        first: dict[str, Any] = redeem(http, client, secret, code).get_json()
        second: dict[str, Any] = refresh(http, client, secret, first["refresh_token"]).get_json()
        http.get("/userinfo", headers={"Authorization": f"Bearer {second['access_token']}"})
        http.post("/userinfo", data={"access_token": first["access_token"]})
        http.get("/userinfo", query_string={"access_token": first["access_token"]})
        redeem(http, client, secret, code)
        refresh(http, client, secret, second["refresh_token"] + "x")
        redeem(http, client, secret + "x", code)
        secrets |= {f"{name} code": code, f"{name} secret": secret}
        for number, tokens in enumerate((first, second)):
            for kind in ("access_token", "refresh_token", "id_token"):
                secrets[f"{name} {kind} {number}"] = tokens[kind]
    login = http.get("/login")
    secrets["csrf_token"] = hidden_fields(login)["csrf_token"]
    browser.sign_in(login, password="a wrong password of hers")
    secrets["wrong password"] = "a wrong password of hers"
    for name in ("paper_session", "paper_page"):
        cookie = http.get_cookie(name)
        assert cookie is not None
        secrets[name] = cookie.value
    return {name: value for name, value in secrets.items() if value}


def test_no_secret_is_in_the_log(services: Services, http: FlaskClient, log: io.StringIO) -> None:
    """STYLE §7, OAUTHLIB §4: oauthlib logs whole tokens at DEBUG; ours never does."""
    secrets = run_flow(services, http)
    logging.getLogger("oauthlib.oauth2.rfc6749").debug("Saving grant %r", secrets["opaque code"])

    written = log.getvalue()

    assert "signed_in" in written
    assert [name for name, value in secrets.items() if value in written] == []


def test_no_hash_of_a_password_is_in_the_log(services: Services, http: FlaskClient, log: io.StringIO) -> None:
    """A log goes to more people than the database does."""
    run_flow(services, http)

    assert "$argon2id$" not in log.getvalue()


def test_a_dump_of_the_database_is_of_no_use(services: Services, http: FlaskClient) -> None:
    """DESIGN §4: no code, token, cookie, client secret or password can be read from it."""
    secrets = run_flow(services, http)

    dump = b"".join(_dump(services))

    assert len(dump) > 1000
    for name, value in secrets.items():
        for part in (value, value.split(".")[-1][:43]):
            assert part.encode() not in dump, name


def _dump(services: Services) -> Iterator[bytes]:
    """Yield every value of every table."""
    with services.database.reading() as session:
        tables = (
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            if services.database.is_sqlite
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        for table in session.scalars(text(tables)).all():
            for row in session.execute(text(f'SELECT * FROM "{table}"')):
                for value in row:
                    yield value if isinstance(value, bytes) else str(value).encode()
                    yield b"\n"
