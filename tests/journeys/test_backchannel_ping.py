"""A client is told that its request has been decided (OpenID Connect CIBA Core §10.2)."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models.backchannel_request import BackchannelRequest
from models.logout_delivery import DELIVERED, GIVEN_UP, REFUSED, WAITING
from provider.logout_delivery import LogoutDelivery
from provider.wiring import Services
from tests.backchannel import CallCentre, decide, make_call_centre
from tests.browser import Browser
from tests.conftest import Clock
from tests.ping_receiver import TOKEN, URI, PingReceiver, deliver, ping_states
from tests.sqlite_only import database_url as database_url
from validators.metadata_values import InvalidClientMetadata
from validators.sign_in_ends import QUEUED

pytestmark = pytest.mark.journey

PING = {
    "backchannel_token_delivery_mode": "ping",
    "backchannel_client_notification_endpoint": URI,
}


@pytest.fixture
def centre(services: Services, http: FlaskClient) -> CallCentre:
    return make_call_centre(services, http, **PING)


@pytest.mark.parametrize(("decision", "then"), [("allow", None), ("deny", "access_denied")])
def test_the_client_hears_of_a_decision(
    services: Services, signed_in: Browser, centre: CallCentre, decision: str, then: str | None
) -> None:
    """§10.2: its token as Bearer, the auth_req_id alone as JSON; once, and not before the decision."""
    receiver = PingReceiver()
    auth_req_id = centre.asked(client_notification_token=TOKEN)
    QUEUED.clear()
    deliver(services, receiver)
    assert receiver.seen == []

    decide(signed_in, decision)
    was_woken = QUEUED.is_set()
    for _ in range(2):
        deliver(services, receiver)

    assert was_woken
    assert receiver.seen == [(URI, {"auth_req_id": auth_req_id}, TOKEN)]
    assert ping_states(services) == [(DELIVERED, 1)]
    assert centre.poll(auth_req_id).get_json().get("error") == then


@pytest.mark.parametrize(
    ("status", "state"),
    [(200, DELIVERED), (302, REFUSED), (401, REFUSED), (403, REFUSED), (503, WAITING), (0, WAITING)],
)
def test_what_the_client_answers(
    services: Services, signed_in: Browser, centre: CallCentre, clock: Clock, status: int, state: str
) -> None:
    """§10.2: a redirect is not followed and a refusal not asked again; a broken client is, until the end."""
    receiver = PingReceiver([status])
    centre.asked(client_notification_token=TOKEN)
    decide(signed_in)

    deliver(services, receiver)
    first = ping_states(services)
    for _ in range(8):
        clock.advance(seconds=40)
        deliver(services, receiver)

    assert first == [(state, 1)]
    assert (len(receiver.seen) == 1) == (state != WAITING)
    assert ping_states(services)[0][0] == (GIVEN_UP if state == WAITING else state)


def test_a_client_may_poll_all_the_same(
    services: Services, http: FlaskClient, signed_in: Browser, centre: CallCentre
) -> None:
    """§10.1: ping is a help; and a client that polls is sent nothing, whatever token it names."""
    polling = make_call_centre(services, http)
    ids = [centre.asked(client_notification_token=TOKEN), polling.asked(client_notification_token=TOKEN)]
    page = http.get("/approvals")
    assert page.text.count('value="allow"') == 2

    decide(signed_in)
    decide(signed_in)

    assert [each.poll(name).status_code for each, name in zip((centre, polling), ids, strict=True)] == [
        200,
        200,
    ]
    assert len(ping_states(services)) == 1


@pytest.mark.parametrize("token", [None, "x" * 1025, "with space", "ünicode"])
def test_a_token_that_is_none(centre: CallCentre, ada: str, token: str | None) -> None:
    """§7.1: required for ping, of RFC 6750's characters, 1024 at most."""
    answer = centre.ask(client_notification_token=token)

    assert answer.get_json()["error"] == "invalid_request"


def test_secrets_are_sealed(services: Services, centre: CallCentre, ada: str) -> None:
    """DESIGN §4: neither the token nor the auth_req_id can be read from the store."""
    auth_req_id = centre.asked(client_notification_token=TOKEN)

    rows = services.database.run(services.database.compile(select(BackchannelRequest.__table__)), {})

    assert TOKEN not in repr(rows)
    assert auth_req_id not in repr(rows)


def test_the_thread_delivers_them_too(services: Services, http: FlaskClient, signed_in: Browser) -> None:
    """By the way out that all share: an address inside the operator's network is not reached, and put off."""
    inside = PING | {"backchannel_client_notification_endpoint": "https://127.0.0.1/ciba"}
    centre = make_call_centre(services, http, **inside)
    centre.asked(client_notification_token=TOKEN)
    decide(signed_in)

    LogoutDelivery(services).run_once()

    assert ping_states(services) == [(WAITING, 1)]


@pytest.mark.parametrize(
    ("metadata", "member"),
    [
        ({"backchannel_token_delivery_mode": "push"}, "backchannel_token_delivery_mode"),
        ({"backchannel_token_delivery_mode": "ping"}, "backchannel_client_notification_endpoint"),
        (
            PING | {"backchannel_client_notification_endpoint": "http://client.example/ciba"},
            "backchannel_client_notification_endpoint",
        ),
        (
            {"backchannel_authentication_request_signing_alg": "HS256"},
            "backchannel_authentication_request_signing_alg",
        ),
        ({"token_endpoint_auth_method": "none"}, "grant_types"),
    ],
)
def test_registrations_that_cannot_be(
    services: Services, http: FlaskClient, metadata: dict[str, str], member: str
) -> None:
    """§4: poll or ping; https; asymmetric; and only clients that authenticate."""
    with pytest.raises(InvalidClientMetadata) as refused:
        make_call_centre(services, http, **metadata)

    assert refused.value.member == member
