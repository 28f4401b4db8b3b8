"""A running provider of several processes tells a client of a logout, once and soon."""

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from requests_oauthlib import OAuth2Session

from tests.builders import REDIRECT_URI
from tests.document_server import DocumentServer, status
from tests.live import PATIENCE_SECONDS, LiveProvider
from tests.logout_receiver import form_of, unverified
from tests.person import Person

pytestmark = [pytest.mark.journey, pytest.mark.slow]


def test_one_of_them_delivers(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Back-Channel Logout §2.5: whichever process it is, and also where a command ended the sign-in."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with DocumentServer(tmp_path, tls=False).serving() as client_server:
        client_server.answers["/logout"] = status(200)
        provider = LiveProvider(
            tmp_path,
            PAPER_DATABASE_URL=database_url,
            PAPER_WORKERS="2",
            PAPER_OUTBOUND_ALLOW="localhost",
        )
        client = provider.register(backchannel_logout_uri=f"{client_server.url}/logout")
        with provider.serving():
            first, second = Person(), Person()
            hints = [sign_in(provider, client, person) for person in (first, second)]

            first.browse(
                f"{provider.endpoint('end_session_endpoint')}?{urlencode({'id_token_hint': hints[0]})}"
            )
            wait_until(client_server, 1)
            provider.flask("user", "disable", "ada")
            wait_until(client_server, 2)
            rows = settled(provider)

    told = [unverified(form_of(body)["logout_token"][0])["sid"] for body in client_server.bodies]
    assert told == [unverified(hint)["sid"] for hint in hints]
    assert [(row["state"], row["tries"]) for row in rows] == [("delivered", 1)] * 2


def sign_in(provider: LiveProvider, client: dict[str, str], person: Person) -> str:
    """Go through the code flow; return the ID token."""
    oauth = OAuth2Session(client["client_id"], redirect_uri=REDIRECT_URI, scope=["openid"])
    url, _state = oauth.authorization_url(provider.endpoint("authorization_endpoint"))
    tokens = oauth.fetch_token(
        provider.endpoint("token_endpoint"),
        authorization_response=person.authorize(url, REDIRECT_URI),
        client_secret=client["client_secret"],
    )
    return str(tokens["id_token"])


def settled(provider: LiveProvider) -> list[dict[str, Any]]:
    """Return the deliveries when none waits any more."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        rows: list[dict[str, Any]] = json.loads(provider.flask("logout", "list", "--json"))
        if all(row["state"] != "waiting" for row in rows):
            return rows
        assert time.monotonic() < deadline, rows


def wait_until(server: DocumentServer, posts: int) -> None:
    """Return when so many forms have come."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(server.bodies) < posts:
        assert time.monotonic() < deadline, "nobody was told"
        time.sleep(0.02)
