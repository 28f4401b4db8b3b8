"""examples/web_app: a person signs in with a browser."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.live import LiveProvider, background, wait_for
from tests.person import Person
from tests.ports import free_port

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture(scope="module")
def web_app(live_provider: LiveProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running example."""
    port = free_port()
    url = f"http://localhost:{port}"
    client = live_provider.register(client_name="Example client", redirect_uris=[f"{url}/callback"])
    environ = {
        "PATH": live_provider.environ["PATH"],
        "ISSUER": live_provider.issuer,
        "CLIENT_ID": client["client_id"],
        "CLIENT_SECRET": client["client_secret"],
        "REDIRECT_URI": f"{url}/callback",
    }
    log = tmp_path_factory.mktemp("web_app") / "log"
    arguments = ["-m", "flask", "--app", "examples.web_app.app", "run", "--port", str(port)]
    with background(arguments, environ, log) as process:
        wait_for(url, process, log)
        yield url


def shown(page: requests.Response, element_id: str) -> Any:
    """Return the JSON or text of an element."""
    match = re.search(rf'id="{element_id}"[^>]*>(.*?)<', page.text, re.DOTALL)
    assert match, page.text
    text = html.unescape(match[1])
    return json.loads(text) if text.startswith("{") else text


def test_a_person_signs_in(web_app: str, live_provider: LiveProvider, person: Person) -> None:
    """OpenID Connect Core §3.1: the page shows the claims of a verified ID token and those of UserInfo."""
    welcome = person.browse(web_app)

    page = person.browse(f"{web_app}/sign-in")

    assert 'id="sign-in"' in welcome.text
    assert page.url == f"{web_app}/"
    assert shown(page, "claims")["iss"] == live_provider.issuer
    assert shown(page, "claims")["sub"] == shown(page, "userinfo")["sub"] == live_provider.sub
    assert shown(page, "userinfo")["email"] == "ada@example.org"
    assert shown(page, "scope") == "openid profile email offline_access"


def test_it_refreshes(web_app: str, person: Person) -> None:
    """RFC 6749 §6."""
    before = person.browse(f"{web_app}/sign-in")

    after = person.press(before, "session", "refresh")

    assert shown(after, "access-token") != shown(before, "access-token")
    assert shown(after, "userinfo") == shown(before, "userinfo")


def test_signing_out_there_is_no_signing_out_here(web_app: str, person: Person) -> None:
    """Two sessions on one host name, each with cookies of its own: ending one leaves the other."""
    page = person.browse(f"{web_app}/sign-in")
    person.pages.clear()

    signed_out = person.press(page, "session", "sign-out")
    again = person.browse(f"{web_app}/sign-in")

    assert 'id="sign-in"' in signed_out.text
    assert shown(again, "claims")["nonce"] != shown(page, "claims")["nonce"]
    assert not any(address.endswith(("/login", "/consent")) for address in person.pages)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        pytest.param("error=access_denied&state={state}", "access_denied", id="denied"),
        pytest.param("code=c&state=another", "mismatching_state", id="another-state"),
        pytest.param("code=c&state={state}", "invalid_grant", id="wrong-code"),
    ],
)
def test_a_failed_sign_in_is_said(web_app: str, query: str, text: str) -> None:
    """RFC 6749 §4.1.2.1, §10.12: nobody is signed in, and there is a way to try again."""
    with requests.Session() as browser:
        started = browser.get(f"{web_app}/sign-in", allow_redirects=False)
        state = re.findall("[?&]state=([^&]*)", started.headers["Location"])[0]

        page = browser.get(f"{web_app}/callback?{query.format(state=state)}")

    assert page.status_code == 400
    assert text in page.text
    assert 'id="sign-in"' in page.text


def test_a_callback_that_nobody_asked_for_is_refused(web_app: str) -> None:
    """RFC 6749 §10.12: a code from elsewhere signs nobody in."""
    assert requests.get(f"{web_app}/callback?code=c&state=s", timeout=60).status_code == 400
