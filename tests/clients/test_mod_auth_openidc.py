"""Debian's mod_auth_openidc: a site behind it signs people in and out, and hears of the end of a sign-in."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.apache import IS_HERE, IS_REQUIRED, Apache
from tests.live import PATIENCE_SECONDS, LiveProvider
from tests.person import Person

pytestmark = [
    pytest.mark.journey,
    pytest.mark.slow,
    pytest.mark.skipif(not IS_HERE and not IS_REQUIRED, reason="Apache with mod_auth_openidc is not here"),
]


@pytest.fixture
def apache() -> Iterator[Apache]:
    """A site outside of pytest's own folders: those another run closes to Apache's user."""
    with tempfile.TemporaryDirectory(prefix="paper-apache-") as folder:
        yield Apache(Path(folder))


def test_a_person_signs_in_and_out(tmp_path: Path, apache: Apache) -> None:
    """Core §3.1, RP-Initiated Logout §2, Back-Channel Logout §2: by the module's own checks."""
    provider = LiveProvider(tmp_path, PAPER_OUTBOUND_ALLOW="localhost,127.0.0.1")
    client = provider.register(
        redirect_uris=[apache.redirect_uri],
        grant_types=["authorization_code"],
        post_logout_redirect_uris=[f"{apache.url}/"],
        backchannel_logout_uri=f"{apache.redirect_uri}?logout=backchannel",
    )
    with provider.serving(), apache.serving(provider.issuer, client):
        person = Person()
        inside = person.browse(apache.inside)
        outside = person.browse(f"{apache.redirect_uri}?logout={apache.url}/")
        person.browse(apache.inside)
        cookies = person.cookies()
        before = _status(apache, cookies)
        person.press(person.browse(f"{provider.issuer}/"), "logout-form", "sign-out")

        assert (inside.status_code, inside.text) == (200, "<p>Inside</p>"), apache.log()
        assert inside.headers["X-Remote-User"].startswith(provider.sub)
        assert (outside.url, outside.text) == (f"{apache.url}/", "<p>Outside</p>")
        assert before == 200
        assert _ends(apache, cookies), apache.log()


def _status(apache: Apache, cookies: dict[str, str]) -> int:
    page = requests.get(apache.inside, cookies=cookies, allow_redirects=False, timeout=PATIENCE_SECONDS)
    return page.status_code


def _ends(apache: Apache, cookies: dict[str, str]) -> bool:
    """Whether the module's own session ends, told by nobody but the provider."""
    for _ in range(PATIENCE_SECONDS * 4):
        if _status(apache, cookies) == 302:
            return True
        time.sleep(0.25)
    return False
