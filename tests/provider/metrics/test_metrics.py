"""/metrics: what is counted, who may see it, and that several workers count together."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from models.database import Database
from provider.factory import create_app
from provider.metrics.meters import MAX_CLIENTS, OTHERS, Meters
from provider.metrics.store_state import StoreState
from provider.settings import BadSettings, Settings
from provider.wiring import Services
from tests.browser import Browser, redeem, refresh
from tests.builders import make_client
from tests.conftest import Clock
from tests.live import LiveProvider
from tests.sqlite_only import database_url as database_url

TOKEN = "m" * 32
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, metrics_token=TOKEN, refresh_grace_seconds=0)


def shown(text: str) -> dict[str, float]:
    """Return the samples of an exposition by name and labels."""
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_requests_tokens_sign_ins_and_replays_are_counted(
    services: Services, http: FlaskClient, browser: Browser, ada: str
) -> None:
    """A flow, a wrong password and a stolen refresh token leave their numbers."""
    client, secret = make_client(services)
    login = http.get("/login")
    browser.sign_in(login, password="not hers")
    code = browser.code_for(client, scope="openid offline_access")
    tokens = redeem(http, client, secret, code).get_json()
    assert refresh(http, client, secret, tokens["refresh_token"]).status_code == 200
    assert refresh(http, client, secret, tokens["refresh_token"]).status_code == 400

    response = http.get("/metrics", headers=BEARER)
    found = shown(response.text)

    assert response.mimetype == "text/plain"
    name = client.client_id
    for grant_type in ("authorization_code", "refresh_token"):
        labels = f'client_id="{name}",grant_type="{grant_type}"'
        assert found[f"paper_token_responses_total{{{labels}}}"] == 1
    for event, times in (("sign_in_failed", 1), ("signed_in", 1), ("refresh_token_replayed", 1)):
        assert found[f'paper_events_total{{event="{event}"}}'] == times
    seconds = 'paper_http_request_duration_seconds_count{endpoint="token.issue_token",status="%d"}'
    assert (found[seconds % 200], found[seconds % 400]) == (2, 1)
    assert found["paper_client_lookups_total"] > found["paper_client_reads_total"] >= 1
    assert found["paper_database_up"] == 1
    assert sum(key.startswith("paper_signing_key_age_seconds{") for key in found) == 2
    assert not re.search("ada|Kim", response.text)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (BEARER, 200),
        ({}, 401),
        ({"Authorization": f"Bearer {TOKEN}x"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Bearer ké"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
    ],
)
def test_token_opens_it(http: FlaskClient, headers: dict[str, str], status: int) -> None:
    """RFC 6750 §3: a challenge to everybody else, from this machine too."""
    response = http.get("/metrics", headers=headers)

    assert response.status_code == status
    assert (response.headers.get("WWW-Authenticate") is None) == (status == 200)


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 403),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 403),
    ],
)
def test_callers_on_this_machine(
    services: Services, address: str, headers: dict[str, str], status: int
) -> None:
    """A proxy on this machine brings others: what it says about them closes the door."""
    at_home = replace(services.settings, metrics_token=None, metrics_loopback="yes")
    services.settings = at_home
    http = create_app(services=services).test_client()

    response = http.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})

    assert response.status_code == status


def test_nothing_is_counted_or_shown_unless_switched_on(settings: Settings) -> None:
    """The door is not there, and requests pay for no counting."""
    app = create_app(replace(settings, metrics_token=None))

    assert app.test_client().get("/metrics").status_code == 404
    assert "meters" not in app.extensions


@pytest.mark.parametrize("token", ["", "short", "x" * 31, "with space " * 4, "é" * 40])
def test_weak_token_is_refused_and_not_repeated(token: str) -> None:
    """It would be guessed."""
    with pytest.raises(BadSettings) as refused:
        Settings.from_environ({"PAPER_METRICS_TOKEN": token})

    assert "PAPER_METRICS_TOKEN" in str(refused.value)
    assert not token or token not in str(refused.value)
    assert TOKEN not in repr(Settings(metrics_token=TOKEN))


def test_many_clients_are_counted_as_others() -> None:
    """Registration may be open: the number of series stays bounded."""
    meters = Meters()
    for number in range(MAX_CLIENTS + 20):
        meters.count_tokens("client_credentials", f"client-{number}")
    meters.count_tokens("refresh_token", "client-0")

    found = shown(meters.exposition().decode())

    series = {key: value for key, value in found.items() if key.startswith("paper_token_responses_total")}
    assert len(series) == MAX_CLIENTS + 2
    assert sum(value for key, value in series.items() if OTHERS in key) == 20


def test_database_that_is_gone_is_shown(tmp_path: Path, clock: Clock) -> None:
    """Monitoring hears of it from the number, not from a failed scrape."""
    database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'paper.db'}")

    found = shown(Meters().exposition([StoreState(database, clock)]).decode())

    assert found["paper_database_up"] == 0


@pytest.mark.slow
def test_workers_count_together(tmp_path: Path) -> None:
    """Each of two processes shows what both have answered."""
    settings: dict[str, Any] = {"PAPER_WORKERS": "2", "PAPER_METRICS_TOKEN": TOKEN}
    provider = LiveProvider(tmp_path, **settings)
    with provider.serving():
        for _ in range(40):
            requests.get(f"{provider.issuer}/healthz", timeout=10)
        texts = [
            requests.get(f"{provider.issuer}/metrics", headers=BEARER, timeout=10).text for _ in range(6)
        ]

    name = 'paper_http_request_duration_seconds_count{endpoint="health.healthz",status="200"}'
    assert {shown(text)[name] for text in texts} == {40}


def test_what_cannot_be_counted_is_a_500(
    services: Services, http: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of counts that is full, say: the caller is told in JSON, by the short way too."""
    meters = services.meters
    assert meters is not None

    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(meters, "count_request", full)

    response = http.get("/jwks")

    assert response.status_code == 500
    assert response.get_json()["error"] == "server_error"
