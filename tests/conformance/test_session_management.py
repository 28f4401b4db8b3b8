"""The modules of the session-management and front-channel logout plans, one test each, driven over HTTP."""

import hashlib
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from keys import base64url
from provider.factory import create_app
from provider.wiring import Services
from tests.assertions import ISSUER
from tests.browser import Browser, answer_of, hidden_fields
from tests.builders import PASSWORD
from tests.conftest import Clock
from tests.provider.page import Page
from tests.relying_party import POST_LOGOUT_URI, STATE, RelyingParty, make_relying_party, press
from tests.sqlite_only import database_url as database_url

pytestmark = pytest.mark.journey

ORIGIN = "https://client.example"
FRONTCHANNEL: dict[str, Any] = {
    "frontchannel_logout_uri": f"{ORIGIN}/fc?a=b",
    "frontchannel_logout_session_required": True,
}


def metadata_over_https(services: Services) -> dict[str, object]:
    """Return the discovery document of the same provider under https."""
    services.settings = replace(services.settings, issuer="https://op.example")
    document: dict[str, object] = (
        create_app(services=services).test_client().get("/.well-known/openid-configuration").get_json()
    )
    return document


def expected(client_id: str, origin: str, state: str, salt: str) -> str:
    """Return the session_state that the frame computes (OpenID Connect Session Management §3.2)."""
    digest = hashlib.sha256(f"{client_id} {origin} {state} {salt}".encode()).digest()
    return f"{base64url.encode(digest)}.{salt}"


def state_of(http: FlaskClient) -> str:
    """Return what the frame would read in this browser."""
    cookie = http.get_cookie("paper_browser_state")
    return cookie.value if cookie else ""


def test_oidcc_session_management_discovery_endpoint_verification(services: Services) -> None:
    """check_session_iframe and end_session_endpoint are there, https."""
    document = metadata_over_https(services)

    for member in ("check_session_iframe", "end_session_endpoint"):
        assert str(document[member]).startswith("https://op.example/")


@pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])
def test_oidcc_session_management_rp_initiated_logout(
    services: Services, http: FlaskClient, signed_in: Browser, mode: str
) -> None:
    """The answer carries session_state, which the frame finds unchanged, and changed after the logout."""
    rp = make_relying_party(services, http, signed_in)
    response = signed_in.follow(signed_in.authorize(rp.client, response_mode=mode))
    answer = hidden_fields(response) if mode == "form_post" else answer_of(response)
    salt = answer["session_state"].partition(".")[2]

    before = expected(rp.client.client_id, ORIGIN, state_of(http), salt)
    rp.sign_out()
    after = expected(rp.client.client_id, ORIGIN, state_of(http), salt)

    assert before == answer["session_state"] != after
    assert not rp.is_signed_in()


def test_the_frame_may_be_framed(http: FlaskClient) -> None:
    """Session Management §3.2: by any client; every other page by nobody."""
    frame, page = http.get("/check_session"), http.get("/login")

    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame.headers
    assert 'data-cookie="paper_browser_state"' in frame.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_the_state_tells_nothing(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """DESIGN §3: a digest; readable by our own scripts; another sign-in has another."""
    first = state_of(http)
    cookie = http.get_cookie("paper_session")
    signed_in.sign_in(http.get("/login"))

    assert len(first) == 22
    assert cookie is not None
    assert first not in cookie.value
    assert state_of(http) != first


def test_under_https_the_state_reaches_frames(services: Services, ada: str) -> None:
    """DESIGN §3: Secure and SameSite=None there, as a frame of another site reads it."""
    services.settings = replace(services.settings, issuer="https://op.example")
    http, base = create_app(services=services).test_client(), "https://op.example"
    page = http.get("/login", base_url=base)
    fields = hidden_fields(page) | {"username": "ada", "password": PASSWORD}
    cookies = http.post("/login", base_url=base, data=fields).headers.getlist("Set-Cookie")
    cookie = next(each for each in cookies if each.startswith("__Host-paper_browser_state="))

    assert {"Secure", "SameSite=None"} <= set(cookie.split("; "))
    assert "HttpOnly" not in cookie


def test_oidcc_frontchannel_logout_discovery_endpoint_verification(services: Services) -> None:
    """frontchannel_logout_supported, frontchannel_logout_session_supported, end_session_endpoint."""
    document = metadata_over_https(services)

    assert document["frontchannel_logout_supported"] is True
    assert document["frontchannel_logout_session_supported"] is True
    assert str(document["end_session_endpoint"]).startswith("https://")


def framed(rp: RelyingParty) -> tuple[Page, list[str], str]:
    """Sign out; return the page that tells clients, what it loads, and its policy."""
    response = rp.sign_out()
    assert urlsplit(response.request.url).path == "/logout/clients", response.text
    uris = [uri.replace("&amp;", "&") for uri in re.findall(r'<iframe[^>]* src="([^"]+)"', response.text)]
    return Page(response.text), uris, response.headers["Content-Security-Policy"]


def test_oidcc_frontchannel_rp_initiated_logout(
    services: Services, http: FlaskClient, signed_in: Browser
) -> None:
    """The page loads frontchannel_logout_uri with iss and sid, nothing else, and goes on with state."""
    rp = make_relying_party(services, http, signed_in, **FRONTCHANNEL)
    sid = rp.claims["sid"]

    page, uris, policy = framed(rp)

    assert len(uris) == 1
    assert uris[0].startswith(f"{ORIGIN}/fc?a=b&")
    assert parse_qs(urlsplit(uris[0]).query) == {"a": ["b"], "iss": [ISSUER], "sid": [sid]}
    assert f"frame-src {ORIGIN}" in policy
    assert page.require("continue").attributes["href"] == f"{POST_LOGOUT_URI}?state={STATE}"
    assert not rp.is_signed_in()


def test_only_clients_of_this_sign_in_are_told(
    services: Services, http: FlaskClient, signed_in: Browser
) -> None:
    """Front-Channel Logout §3: those that the person reached with it, and none of another session."""
    make_relying_party(services, http, signed_in, **FRONTCHANNEL)
    http.delete_cookie("paper_session")
    signed_in.sign_in(http.get("/login"))
    stranger = make_relying_party(services, http, signed_in, frontchannel_logout_uri=f"{ORIGIN}/elsewhere")

    _, uris, _ = framed(stranger)

    assert [urlsplit(uri).path for uri in uris] == ["/elsewhere"]


def test_every_client_is_told_once(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """Front-Channel Logout §3: however many there are, and however often the person went to one.

    The address of the page stays short, as servers in front of the provider take no more than 4 to 8 kB.
    """
    paths = [f"/{number}{'x' * 1000}" for number in range(5)]
    parties = [
        make_relying_party(services, http, signed_in, frontchannel_logout_uri=ORIGIN + path) for path in paths
    ]
    parties[0].sign_in()

    response = parties[-1].sign_out()

    assert sorted(re.findall(r'src="https://client\.example(/[0-9]x+)\?iss=', response.text)) == paths
    assert len(response.request.url) < 1000


def test_a_sign_out_at_the_provider_tells_clients_too(
    services: Services, http: FlaskClient, signed_in: Browser
) -> None:
    """Front-Channel Logout §3: whoever asked; then the page that says so, as no client waits."""
    make_relying_party(services, http, signed_in, **FRONTCHANNEL)

    response = press(http, http.get("/logout/confirm"))
    then = str(Page(response.text).require("continue").attributes["href"])

    assert response.text.count("<iframe") == 1
    assert then.startswith("/logout/done")
    assert 'id="signed-out"' in http.get(then).text


@pytest.mark.security
@pytest.mark.parametrize("page", ["", "x", "a" * 5000, "가"])
def test_a_forged_page_loads_nothing(http: FlaskClient, page: str) -> None:
    """RFC 9700 §4.11: neither frames nor a way on come from a link."""
    response = http.get("/logout/clients", query_string={"page": page})

    assert (response.status_code, response.location) == (303, "/logout/done")


@pytest.mark.security
def test_a_page_is_soon_over(services: Services, http: FlaskClient, signed_in: Browser, clock: Clock) -> None:
    """It is good for a reload, not for keeping."""
    rp = make_relying_party(services, http, signed_in, **FRONTCHANNEL)
    response = rp.sign_out()
    again = http.get(response.request.url)
    clock.advance(seconds=600)

    assert again.text == response.text
    assert http.get(response.request.url).location == "/logout/done"
