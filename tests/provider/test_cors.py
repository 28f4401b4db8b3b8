"""Which origins may read which answers from a script (DESIGN §3; RFC 9700 §2.6)."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from models.errors import StoreUnavailable
from provider.wiring import Services
from tests.browser import VERIFIER, Browser, redeem
from tests.builders import make_client, make_public_client
from tests.sqlite_only import database_url as database_url

ALLOWED = "Access-Control-Allow-Origin"
SPA = "https://spa.example"
OPEN = (
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/jwks",
    "/userinfo",
)
PAGES = ("/authorize", "/login", "/consent", "/")


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("origin", [SPA, "null", None])
def test_public_answers_are_for_every_origin(http: FlaskClient, path: str, origin: str | None) -> None:
    """``*`` without credentials, errors too (UserInfo's 401 here)."""
    response = http.get(path, headers={"Origin": origin} if origin else {})

    assert response.headers.getlist(ALLOWED) == ["*"]
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "WWW-Authenticate" in response.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", [*OPEN, "/token"])
def test_a_preflight_is_open(http: FlaskClient, path: str) -> None:
    """It names no client: the real answer decides."""
    headers = {
        "Origin": SPA,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }

    response = http.options(path, headers=headers)

    assert response.status_code in (200, 204)
    assert response.headers.getlist(ALLOWED) in (["*"], [SPA])  # browsers refuse it said twice
    assert {"GET", "POST"} <= set(response.headers["Access-Control-Allow-Methods"].split(", "))
    allowed = response.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"authorization", "content-type", "dpop"} <= set(allowed)
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.security
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_pages_are_for_no_script(services: Services, http: FlaskClient, path: str, method: str) -> None:
    """RFC 9700 §2.6: never at the authorization endpoint, nor at the pages."""
    response = http.open(
        path, method=method, headers={"Origin": SPA, "Access-Control-Request-Method": "POST"}
    )

    assert not [name for name, _ in response.headers.items() if name.startswith("Access-Control-")]


@pytest.mark.security
def test_authorization_answers_are_for_no_script(services: Services, signed_in: Browser) -> None:
    """RFC 9700 §2.6: not even for the client's own origin."""
    client = make_public_client(services, application_type="web", redirect_uris=[f"{SPA}/callback"])

    response = signed_in.http.get(
        "/authorize",
        query_string={"client_id": client.client_id, "redirect_uri": f"{SPA}/callback"},
        headers={"Origin": SPA},
    )

    assert response.status_code == 303
    assert ALLOWED not in response.headers


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        pytest.param(SPA, SPA, id="own"),
        pytest.param("https://evil.example", None, id="other"),
        pytest.param("http://spa.example", None, id="other-scheme"),
        pytest.param("https://spa.example:8443", None, id="other-port"),
        pytest.param("https://spa.example.evil.example", None, id="longer-host"),
        pytest.param("https://SPA.example", None, id="other-case"),
        pytest.param("null", None, id="null"),
        pytest.param("", None, id="empty"),
    ],
)
def test_the_token_endpoint_is_for_the_clients_own_origins(
    services: Services, http: FlaskClient, browser: Browser, ada: str, origin: str, allowed: str | None
) -> None:
    """DESIGN §3: origins of the redirect URIs; caches are told that it depends."""
    client = make_public_client(services, application_type="web", redirect_uris=[f"{SPA}/callback"])
    code = browser.code_for(client, redirect_uri=f"{SPA}/callback")
    form = {
        "grant_type": "authorization_code",
        "client_id": client.client_id,
        "code": code,
        "code_verifier": VERIFIER,
        "redirect_uri": f"{SPA}/callback",
    }

    response = http.post("/token", data=form, headers={"Origin": origin})

    assert response.status_code == 200
    assert response.headers.get(ALLOWED) == allowed
    assert "Origin" in response.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="invalid_grant"),
        pytest.param({"code": None}, id="code-missing"),
        pytest.param({"grant_type": None}, id="grant_type-missing"),
        pytest.param({"grant_type": "password"}, id="unsupported_grant_type"),
        pytest.param({"code": ["a", "b"]}, id="twice"),
        pytest.param({"resource": "https://api.example"}, id="invalid_target"),
        pytest.param({"client_secret": "x"}, id="invalid_client"),
    ],
)
def test_errors_of_the_token_endpoint_are_readable_too(
    services: Services, http: FlaskClient, changes: dict[str, Any]
) -> None:
    """DESIGN §3, OAUTHLIB §3: a script that cannot read the error cannot tell it from a lost network."""
    client = make_public_client(services, application_type="web", redirect_uris=[f"{SPA}/callback"])
    form = {"grant_type": "authorization_code", "client_id": client.client_id, "code": "x"} | changes

    response = http.post(
        "/token", data={n: v for n, v in form.items() if v is not None}, headers={"Origin": SPA}
    )

    assert response.status_code in (400, 401)
    assert response.headers.get(ALLOWED) == SPA
    assert "Origin" in response.headers["Vary"]


@pytest.mark.parametrize(("path", "method"), [("/userinfo", "PUT"), ("/jwks", "POST")])
def test_another_method_is_readable_too(http: FlaskClient, path: str, method: str) -> None:
    """DESIGN §3: errors too, 405 here."""
    response = http.open(path, method=method, headers={"Origin": SPA})

    assert response.status_code == 405
    assert response.headers.get(ALLOWED) == "*"


def test_an_unavailable_store_is_readable_too(
    services: Services, http: FlaskClient, browser: Browser, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN §3: errors too, 503 here: the script may try again."""
    client, secret = make_client(services)
    token = redeem(http, client, secret, browser.code_for(client)).get_json()["access_token"]

    def unavailable(*_: object) -> None:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(services.grants, "find", unavailable)
    response = http.get("/userinfo", headers={"Authorization": f"Bearer {token}", "Origin": SPA})

    assert response.status_code == 503
    assert response.headers.get(ALLOWED) == "*"
