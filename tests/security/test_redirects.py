"""Nobody is sent anywhere that was not registered, whatever else a request says."""

import time
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.browser import CHALLENGE, Browser, answer_of, redeem, request_of
from tests.builders import REDIRECT_URI, make_client, make_public_client
from tests.sqlite_only import database_url as database_url

pytestmark = pytest.mark.security

HOST = "client.example"
TRICKS = (
    f"https://{HOST}/callback/..%2f..%2fevil",
    f"https://{HOST}/%252e%252e/callback",
    f"https://{HOST}/..;/callback",
    f"https://{HOST}.evil.example/callback",
    f"https://{HOST}@evil.example/callback",
    f"https://evil.example#@{HOST}/callback",
    f"https://evil.example\\@{HOST}/callback",
    f"https://evil.example/?{REDIRECT_URI}",
    f"https://{HOST}:8443/callback",
    f"https://{HOST}/callback?next=https://evil.example",
    f"https://{HOST}/callback#fragment",
    f"https://{HOST}/callback%00",
    f"https://{HOST}/callback\r\nX-Injected: 1",
    "https://clientXexample/callback",
    "http://localhost.evil.example/callback",
    "http://127.0.0.1@evil.example/callback",
    "http://[::1]:8080/cb",
    "http://[::1/cb",
    "http://[" + ":" * 3000 + "]/cb",
    "javascript:alert(1)",
    "data:text/html,x",
    "//evil.example",
    "/\\evil.example",
    "/\tevil.example",
)
MISTAKES: tuple[dict[str, Any], ...] = (
    {},
    {"prompt": "none"},
    {"response_type": "token code"},
    {"response_type": "nonsense"},
    {"scope": "not-allowed"},
    {"response_mode": "form_post"},
    {"response_mode": "query.jwt"},
    {"request": "e30."},
    {"request_uri": "https://evil.example/request"},
    {"code_challenge_method": "plain"},
    {"resource": "https://nowhere.example"},
    {"state": ["a", "b"]},
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_no_error_travels_to_an_unproven_place(
    services: Services, browser: Browser, mistake: dict[str, Any]
) -> None:
    """RFC 9700 §4.11.2; DOT 1719, Authlib 1.6.10, CVE-2023-6927: any mistake beside any bad redirect URI."""
    client, _ = make_client(services)

    for redirect_uri in TRICKS:
        answer = browser.authorize(client, redirect_uri=redirect_uri, **mistake)
        assert answer.status_code == 400, redirect_uri
        assert "Location" not in answer.headers
        assert 'id="form-post"' not in answer.text
        assert "evil.example" not in answer.text


@pytest.mark.parametrize(
    "refused",
    [
        pytest.param({"redirect_uri": [REDIRECT_URI, REDIRECT_URI]}, id="twice"),
        pytest.param({"redirect_uri": ["https://evil.example/", REDIRECT_URI]}, id="another"),
        pytest.param({"redirect_uri": REDIRECT_URI + "\0"}, id="control"),
        pytest.param({"redirect_uri": REDIRECT_URI + "x" * 16_384}, id="long"),
    ],
)
def test_a_redirect_uri_that_is_refused_is_no_missing_one(
    services: Services, browser: Browser, refused: dict[str, Any]
) -> None:
    """RFC 6749 §3.1.2.3: the one that is registered stands in for none, not for one that cannot be read."""
    client, _ = make_client(services)

    answer = browser.authorize(client, **refused)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_an_odd_redirect_uri_takes_no_time(services: Services, browser: Browser) -> None:
    """CVE-2022-36087: no address is slow to read; half a second for all of them is generous."""
    client, _ = make_client(services)
    native = make_public_client(services, redirect_uris=["http://[::1]/cb"])
    browser.authorize(client)
    began = time.perf_counter()

    statuses = {browser.authorize(client, redirect_uri=uri).status_code for uri in TRICKS}
    good = browser.authorize(native, redirect_uri="http://[::1]:8080/cb")

    assert time.perf_counter() - began < 0.5
    assert (statuses, good.status_code) == ({400}, 303)


def test_every_redirect_turns_into_a_get(services: Services, browser: Browser, ada: str) -> None:
    """RFC 9700 §4.12: 303 all the way, never 307, which would repeat the password."""
    client, secret = make_client(services)
    asked = browser.authorize(client)
    page = browser.http.get(asked.location)
    signed_in = browser.sign_in(page)
    to_consent = browser.http.get(signed_in.location)
    allowed = browser.decide(browser.http.get(to_consent.location), "allow")
    refused = browser.authorize(client, prompt="none", max_age="0")
    posted = browser.http.post("/authorize", data=request_of(client))

    seen = [asked, signed_in, to_consent, allowed, refused, posted]
    assert [response.status_code for response in seen] == [303] * len(seen)
    assert redeem(browser.http, client, secret, answer_of(allowed)["code"]).status_code == 200


@pytest.mark.parametrize(
    "place",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "\r\nX-Injected: 1"],
)
def test_no_parameter_says_where_a_sign_in_leads(http: FlaskClient, ada: str, place: str) -> None:
    """CVE-2024-39694, CVE-2021-32786: there is no next and no return_to; a page has a name."""
    names = ("next", "return_to", "returnUrl", "redirect_uri", "continue", "page", "target", "url")
    browser = Browser(http)
    query = urlencode(dict.fromkeys(names, place))
    page = http.get(f"/login?{query}")
    done = http.post(
        f"/login?{query}",
        data=dict.fromkeys(names, place)
        | {"username": "ada", "password": browser.password, "csrf_token": _token(page.text)},
    )

    assert "evil.example" not in page.text
    assert (done.status_code, done.location) == (303, "/")
    assert "X-Injected" not in done.headers


def test_a_challenge_is_never_told_again(services: Services, browser: Browser, ada: str) -> None:
    """OAuth 2.1 §7.5: what was sent as code_challenge is on no page and in no answer."""
    client = make_public_client(services)
    asked = browser.authorize(client)
    page = browser.http.get(asked.location)
    signed_in = browser.sign_in(page)
    consent = browser.http.get(browser.http.get(signed_in.location).location)
    allowed = browser.decide(consent, "allow")

    for answer in (asked, page, signed_in, consent, allowed):
        assert CHALLENGE not in answer.text + str(answer.headers)


def _token(page: str) -> str:
    return page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
