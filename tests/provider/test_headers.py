"""Headers of every response: caches, frames, scripts, referrers."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from provider.factory import create_app
from provider.settings import Settings
from provider.wiring import Services
from tests.browser import Browser, hidden_fields
from tests.builders import make_client
from tests.sqlite_only import database_url as database_url

PAGES = ("/", "/login", "/authorize", "/nowhere")
DATA = ("/token", "/userinfo", "/healthz", "/jwks", "/.well-known/openid-configuration")


def directives(policy: str) -> dict[str, str]:
    """Return a Content-Security-Policy by directive."""
    parts = (part.strip().partition(" ") for part in policy.split(";"))
    return {name: value for name, _, value in parts}


@pytest.mark.parametrize("path", [*PAGES, *DATA])
def test_every_response_has_them(http: FlaskClient, path: str) -> None:
    """RFC 9700 §4.16; errors too."""
    headers = http.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert directives(headers["Content-Security-Policy"])["frame-ancestors"] == "'none'"
    assert "Cache-Control" in headers
    assert "Strict-Transport-Security" not in headers


@pytest.mark.security
@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_no_inline_script_and_is_in_no_frame(http: FlaskClient, path: str) -> None:
    """RFC 9700 §4.16: clickjacking; nothing is allowed that is not named."""
    headers = http.get(path).headers
    policy = directives(headers["Content-Security-Policy"])

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"


def test_a_form_may_lead_anywhere(services: Services, signed_in: Browser) -> None:
    """DESIGN §3: Chromium applies form-action to the redirect that follows the POST."""
    client, _ = make_client(services)
    consent = signed_in.http.get(signed_in.authorize(client).location)
    signed_in.code_for(client)
    form_post = signed_in.authorize(client, response_mode="form_post")
    login = signed_in.http.get("/login")

    for page in (consent, form_post, login):
        assert page.status_code == 200
        assert "form-action" not in directives(page.headers["Content-Security-Policy"])


@pytest.mark.security
def test_an_answer_with_a_code_is_not_stored(services: Services, signed_in: Browser) -> None:
    """RFC 6749 §10.5, RFC 9700 §4.2.4: neither redirect nor form stays in a cache."""
    client, _ = make_client(services)
    signed_in.code_for(client)

    for mode in ("query", "form_post"):
        answer = signed_in.authorize(client, response_mode=mode)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.fixture
def secure(services: Services) -> FlaskClient:
    """The same provider under https."""
    settings: Settings = replace(services.settings, issuer="https://op.example")
    services.settings = settings
    return create_app(services=services).test_client()


@pytest.mark.security
def test_https_is_for_good(secure: FlaskClient) -> None:
    """RFC 6797 §6.1."""
    assert "max-age=" in secure.get("/").headers["Strict-Transport-Security"]


@pytest.mark.security
@pytest.mark.parametrize("is_secure", [False, True])
def test_cookies_are_for_this_host_alone(
    services: Services, request: pytest.FixtureRequest, ada: str, is_secure: bool
) -> None:
    """DESIGN §3: under https Secure, __Host-, which wants Path=/ and no Domain; one alone is for scripts."""
    http: FlaskClient = request.getfixturevalue("secure" if is_secure else "http")
    base = "https://op.example" if is_secure else "http://localhost"
    browser = Browser(http)
    page = http.get("/login", base_url=base)
    data = hidden_fields(page) | {"username": browser.username, "password": browser.password}
    done = http.post("/login", data=data, base_url=base, headers={"Referer": f"{base}/login"})

    cookies = page.headers.getlist("Set-Cookie") + done.headers.getlist("Set-Cookie")
    names = {cookie.partition("=")[0] for cookie in cookies}
    prefix = "__Host-" if is_secure else ""
    readable = f"{prefix}paper_browser_state"
    assert names == {f"{prefix}paper_session", f"{prefix}paper_page", f"{prefix}paper_known", readable}
    for cookie in cookies:
        attributes = {part.strip().partition("=")[0].lower() for part in cookie.split(";")[1:]}
        assert {"path", "samesite"} <= attributes
        assert ("httponly" in attributes) is not cookie.startswith(f"{readable}=")
        assert "domain" not in attributes
        assert ("secure" in attributes) is is_secure
        assert "Path=/" in cookie
