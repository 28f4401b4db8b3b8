"""What is kept of a person's and a client's doings, and what is not."""

import pytest
from flask.testing import FlaskClient

from models.errors import StoreUnavailable
from provider.wiring import Services
from tests.browser import Browser, client_request, redeem, refresh
from tests.builders import make_client
from validators.audit_directory import AuditDirectory
from validators.client import Client

pytestmark = [pytest.mark.journey, pytest.mark.security]


def kept(services: Services) -> list[str]:
    """Return the names of all events, the oldest first."""
    return [each.event for each in _records(services)]


def _records(services: Services):  # type: ignore[no-untyped-def]
    return AuditDirectory(services.database, services.digests).list(limit=1000)[::-1]


@pytest.fixture
def client(services: Services, ada: str) -> tuple[Client, str]:
    return make_client(services)


def test_who_did_what_from_where(
    services: Services, http: FlaskClient, browser: Browser, client: tuple[Client, str], ada: str
) -> None:
    """Sign-in, failure, consent, a client that fails: each once; no success on the token path."""
    page = browser.authorize(client[0], scope="openid offline_access")
    login = http.get(page.location)
    browser.sign_in(login, password="wrong")
    code = browser.code_for(client[0], scope="openid offline_access")
    tokens = redeem(http, *client, code).get_json()
    tokens = refresh(http, *client, tokens["refresh_token"]).get_json()
    http.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    client_request(http, "/revoke", *client, token=tokens["refresh_token"])
    redeem(http, *client, code)
    redeem(http, client[0], "wrong", code)

    events = _records(services)

    assert [each.event for each in events] == [
        *("sign_in_failed", "signed_in", "consent_given", "client_authentication_failed"),
    ]
    assert {each.address for each in events} == {"127.0.0.1"}
    assert [each.user_id for each in events] == [ada, ada, ada, None]
    assert [each.client_id for each in events][2:] == [client[0].client_id] * 2
    assert AuditDirectory(services.database, services.digests).verify().faults == []


def test_a_replayed_code_is_an_event(
    services: Services, http: FlaskClient, signed_in: Browser, client: tuple[Client, str]
) -> None:
    """RFC 9700 §4.5: somebody has stolen it."""
    code = signed_in.code_for(client[0])
    for _ in range(2):
        redeem(http, *client, code)

    assert kept(services)[-1] == "code_replayed"


def test_a_store_that_does_not_keep_events_stops_nobody(
    services: Services,
    http: FlaskClient,
    browser: Browser,
    client: tuple[Client, str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What happened has happened; the log says so, and that it was not kept."""

    def fail(*_: object) -> None:
        raise StoreUnavailable("full")

    monkeypatch.setattr(services.audit_trail, "record", fail)

    assert browser.code_for(client[0])
    assert any("event_not_kept" in str(record.msg) for record in caplog.records)
