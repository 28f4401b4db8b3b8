"""What may be tried, how often, and that nobody is kept out by what others try."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.audit_event import AuditEvent
from provider.client_failures import FAILURES
from provider.factory import create_app
from provider.guesses import ACCOUNT, Guesses
from provider.limits import Limits
from provider.sign_in_limits import NETWORK
from provider.wiring import Services
from tests.browser import Browser, client_request, redeem, refresh, token_request
from tests.builders import make_client, make_public_client, make_user
from tests.conftest import Clock
from tests.sqlite_only import database_url as database_url
from validators.passwords import Passwords

pytestmark = pytest.mark.security


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that Argon2 was asked about."""
    asked: list[str] = []
    verify = Passwords.verify

    def listening(self: Passwords, password: str, password_hash: str | None) -> bool:
        asked.append(password)
        return verify(self, password, password_hash)

    monkeypatch.setattr(Passwords, "verify", listening)
    return asked


@pytest.fixture
def without_limits(services: Services, clock: Clock) -> Services:
    """A provider whose store of limits answers nobody."""
    limits = Limits("redis://127.0.0.1:1/0", clock)
    services.__dict__.update(limits=limits, guesses=Guesses(limits, clock))
    return services


def guess(app: Flask, *, username: str = "ada", password: str = "wrong", address: str = "203.0.113.9") -> Any:
    """Try to sign in from a browser of its own."""
    stranger = Browser(app.test_client())
    stranger.http.environ_base["REMOTE_ADDR"] = address
    return stranger.sign_in(stranger.http.get("/login"), username=username, password=password)


def wait_of(response: TestResponse) -> int:
    assert response.status_code == 429, response.status_code
    return int(response.headers["Retry-After"])


def test_guesses_at_one_person_wait_and_are_not_looked_at(
    app: Flask, ada: str, clock: Clock, verified: list[str]
) -> None:
    """CVE-2025-24806, CVE-2026-47203: all the names of a person are one account, from anywhere."""
    spellings = ("ada", "ADA", "ada@example.org", "Ａｄａ", " ada ")
    statuses = [
        guess(app, username=spelling, address=f"203.0.113.{number}").status_code
        for number, spelling in enumerate(spellings)
    ]
    refused = guess(app, password="correct horse battery staple", address="198.51.100.1")
    looked_at = len(verified)
    clock.advance(seconds=wait_of(refused))
    late = guess(app, password="correct horse battery staple", address="198.51.100.1")

    assert (statuses, looked_at) == ([200] * ACCOUNT.free, ACCOUNT.free)
    assert late.status_code == 303


def test_a_person_is_told_what_happened_and_for_how_long(app: Flask, ada: str) -> None:
    """WCAG 2.2 §3.3.1; the wait is in the page and in Retry-After (RFC 9110 §10.2.3)."""
    for _ in range(ACCOUNT.free):
        guess(app)
    page = guess(app)
    said = re.search(r'id="login-error" role="alert">([^<]*)<', page.text)

    assert page.headers["Retry-After"] == "8"
    assert said is not None
    assert "too many attempts" in said[1]
    assert "try again in 8 seconds" in said[1]
    assert 'name="password"' in page.text


def test_a_name_of_nobody_waits_as_well(app: Flask, ada: str) -> None:
    """OWASP: how often one may try does not tell who exists."""
    answers = [[guess(app, username=name) for _ in range(ACCOUNT.free + 1)] for name in ("ada", "nobody")]

    assert [[answer.status_code for answer in each] for each in answers] == [[200] * ACCOUNT.free + [429]] * 2
    assert wait_of(answers[0][-1]) == wait_of(answers[1][-1])


def test_one_network_does_not_go_through_all_names(app: Flask, ada: str) -> None:
    """Password spraying: a few guesses at each of many people; other networks are not held up."""
    statuses = [guess(app, username=f"user{number}").status_code for number in range(NETWORK.free + 1)]

    assert statuses == [200] * NETWORK.free + [429]
    assert guess(app, username="ada", address="198.51.100.7").status_code == 200


def test_a_known_browser_is_not_kept_out(
    app: Flask, services: Services, signed_in: Browser, ada: str
) -> None:
    """Lock-out is no weapon: a person's own browser is let in whatever others try, even beside it."""
    signed_in.http.delete_cookie("paper_session")
    for _ in range(ACCOUNT.free + 3):
        guess(app, address="127.0.0.1")
    assert guess(app).status_code == 429

    own = signed_in.sign_in(signed_in.http.get("/login"))

    assert own.status_code == 303


def test_a_sign_in_makes_its_browser_known(app: Flask, signed_in: Browser) -> None:
    """A browser that has lost the long-lived cookie is still known by the sign-in itself."""
    signed_in.http.delete_cookie("paper_known")
    for _ in range(ACCOUNT.free + 1):
        guess(app)

    assert signed_in.sign_in(signed_in.http.get("/login")).status_code == 303


def test_a_known_browser_has_guesses_of_its_own(signed_in: Browser) -> None:
    """Somebody who sits down at it guesses no faster."""
    signed_in.http.delete_cookie("paper_session")
    statuses = [
        signed_in.sign_in(signed_in.http.get("/login"), password="wrong").status_code for _ in range(11)
    ]

    assert statuses == [200] * 10 + [429]


def test_a_browser_is_known_for_its_own_people_alone(
    app: Flask, services: Services, signed_in: Browser, ada: str
) -> None:
    """The cookie is signed for each person; another's, a changed one and a made-up one help nobody."""
    make_user(services, "grace")
    for _ in range(ACCOUNT.free):
        guess(app, username="grace")
    cookie = signed_in.http.get_cookie("paper_known")
    assert cookie is not None
    assert ada not in cookie.value
    name, mark = cookie.value.split(".")
    signed_in.http.delete_cookie("paper_session")

    for value in (cookie.value, f"x{name[1:]}.{mark}", f".{mark}", f"{name}.{mark[:-1]}", "é", "." * 500, ""):
        signed_in.http.set_cookie("paper_known", value)
        again = signed_in.sign_in(signed_in.http.get("/login"), username="grace")
        assert again.status_code == 429, value


def test_sign_ins_that_succeed_do_not_count(app: Flask, services: Services, ada: str) -> None:
    """A hundred a minute from one address are normal behind a proxy."""
    statuses = {guess(app, password="correct horse battery staple").status_code for _ in range(100)}

    assert statuses == {303}


def test_parallel_guesses_do_not_beat_the_wait(app: Flask, ada: str, verified: list[str]) -> None:
    """CVE-2024-4629: counted before they are judged, so Argon2 runs for the free ones alone."""
    start = threading.Barrier(20)

    def at_once(_: int) -> int:
        stranger = Browser(app.test_client())
        page = stranger.http.get("/login")
        start.wait()
        return stranger.sign_in(page, password="wrong").status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(at_once, range(20)))

    assert len(verified) == statuses.count(200) <= ACCOUNT.free
    assert set(statuses) == {200, 429}


def test_no_other_door_leads_round_the_limit(
    app: Flask, services: Services, http: FlaskClient, ada: str, verified: list[str]
) -> None:
    """CVE-2026-9798: a client that anybody may name counts its guesses with those of the sign-in page."""
    legacy = make_public_client(
        services, grant_types=["password"], response_types=[], redirect_uris=[], application_type="native"
    )
    for _ in range(ACCOUNT.free):
        guess(app)
    form = {"grant_type": "password", "username": "ada@example.org", "scope": "openid"}
    refused = token_request(http, legacy, "", **form, password="correct horse battery staple")

    assert refused.get_json()["error"] == "invalid_grant"
    assert len(verified) == ACCOUNT.free


def test_failures_of_a_client_never_refuse_the_rightful_one(
    services: Services, http: FlaskClient, app: Flask
) -> None:
    """RFC 6749 §2.3.1: guessing is slowed down; who proves itself is answered, from the same address too."""
    client, secret = make_client(services, grant_types=["client_credentials"], response_types=[])
    form = {"grant_type": "client_credentials"}

    failures = [token_request(http, client, "wrong", **form) for _ in range(FAILURES.most + 1)]
    elsewhere = app.test_client()
    elsewhere.environ_base["REMOTE_ADDR"] = "198.51.100.2"

    assert {failure.status_code for failure in failures[:-1]} == {401}
    assert wait_of(failures[-1]) == FAILURES.seconds
    assert failures[-1].get_json()["error"] == "invalid_client"
    assert client_request(http, "/introspect", client, "wrong", token="x").status_code == 429
    assert token_request(http, client, secret, **form).status_code == 200
    assert token_request(elsewhere, client, "wrong", **form).status_code == 401


def test_made_up_clients_fill_no_store(services: Services, http: FlaskClient) -> None:
    """Clients that do not exist are one to the limit: a new name for each try is no way round it."""
    for number in range(FAILURES.most + 5):
        answer = http.post(
            "/token", data={"grant_type": "client_credentials"}, auth=(f"made-up-{number}", "x")
        )

    with services.database.reading() as session:
        kept = session.scalar(select(func.count()).where(AuditEvent.event == "client_authentication_failed"))
    assert wait_of(answer) == FAILURES.seconds
    assert kept == FAILURES.most


def test_stored_requests_of_one_network_have_an_end(services: Services, ada: str) -> None:
    """RFC 9126 §2.3, §7: 429; what needs no row goes on."""
    few = replace(services.settings, stored_requests_per_minute=2)
    services.settings = few
    client, secret = make_client(
        services, grant_types=["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"]
    )
    http = create_app(services=services).test_client()
    browser = Browser(http)
    pushed = {"response_type": "code", "redirect_uri": client.redirect_uris[0], "scope": "openid"}

    begun = [browser.authorize(client) for _ in range(3)]
    stored = [client_request(http, "/par", client, secret, **pushed) for _ in range(3)]
    device = client_request(http, "/device_authorization", client, secret, scope="openid")
    posted = http.post("/authorize", data={**pushed, "client_id": client.client_id})

    assert [response.status_code for response in begun] == [303, 303, 429]
    assert "Too many sign-ins were begun" in begun[-1].text
    assert [response.status_code for response in stored] == [201, 201, 429]
    assert (stored[-1].mimetype, stored[-1].headers["Retry-After"]) == ("application/json", "60")
    assert (device.status_code, posted.status_code) == (429, 429)


def test_without_the_store_of_limits_nobody_signs_in_and_tokens_go_on(
    app: Flask, services: Services, signed_in: Browser, without_limits: Services
) -> None:
    """A lost Redis: 503 where guesses could not be counted, and nothing else stops."""
    client, secret = make_client(services)
    signed_out = guess(app)
    tokens = redeem(signed_in.http, client, secret, signed_in.code_for(client, scope="openid offline_access"))
    fresh = refresh(signed_in.http, client, secret, tokens.get_json()["refresh_token"])
    device = make_public_client(
        services, grant_types=["urn:ietf:params:oauth:grant-type:device_code"], response_types=[]
    )
    begun = client_request(signed_in.http, "/device_authorization", device, "", scope="openid")
    poll = token_request(
        signed_in.http,
        device,
        "",
        grant_type="urn:ietf:params:oauth:grant-type:device_code",
        device_code=begun.get_json()["device_code"],
    )

    assert (signed_out.status_code, signed_out.mimetype) == (503, "text/html")
    assert (tokens.status_code, fresh.status_code) == (200, 200)
    assert poll.get_json()["error"] == "authorization_pending"
    assert redeem(signed_in.http, client, "wrong", "x").status_code == 401
