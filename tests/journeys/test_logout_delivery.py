"""Logout tokens reach their clients at least once, or are given up (Back-Channel Logout §2.5, §2.8)."""

from typing import Any

import pytest

from keys.errors import UnknownAlgorithm
from keys.signer import Signer
from provider import logout_delivery
from provider.wiring import Services
from tests.browser import Browser
from tests.conftest import Clock
from tests.logout_receiver import URI, Receiver, deliver, deliveries, make_listening_client
from validators.client import Client
from validators.delivery_queue import delay_seconds

pytestmark = pytest.mark.journey

DAY = 86400


@pytest.fixture
def client(services: Services) -> Client:
    """A client that listens."""
    return make_listening_client(services, paper_skip_consent=True)[0]


@pytest.fixture
def due(services: Services, signed_in: Browser, client: Client, ada: str) -> None:
    """One delivery to ``client``."""
    signed_in.code_for(client)
    services.people.disable(ada)


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The security events of deliveries."""
    seen: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(logout_delivery, "report", lambda event, **details: seen.append((event, details)))
    return seen


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize("status", [200, 204])
def test_success(services: Services, events: list[tuple[str, dict[str, Any]]], status: int, ada: str) -> None:
    """§2.8: 200, or 204 from frameworks that turn an empty answer into it; nothing is sent again."""
    receiver = Receiver([status])

    deliver(services, receiver)
    deliver(services, receiver)

    (row,) = deliveries(services)
    assert len(receiver.seen) == 1
    assert receiver.seen[0][0] == URI
    assert (row.state, row.next_try_at, row.last_error) == ("delivered", None, None)
    assert events == [("logout_delivered", {"client_id": row.client_id, "user_id": ada})]


@pytest.mark.usefixtures("due")
def test_refusal(services: Services, events: list[tuple[str, dict[str, Any]]], clock: Clock) -> None:
    """§2.5: a client that says the request is bad is not asked again."""
    receiver = Receiver([400])

    deliver(services, receiver)
    clock.advance(seconds=DAY)
    deliver(services, receiver)

    (row,) = deliveries(services)
    assert len(receiver.seen) == 1
    assert (row.state, row.next_try_at, row.last_error) == ("refused", None, "the client answers 400")
    assert [event for event, _ in events] == ["logout_refused"]


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize("status", [0, 201, 302, 404, 429, 500, 503])
def test_failure_is_repeated_with_a_new_token(services: Services, clock: Clock, status: int) -> None:
    """§2.5: what may pass is tried again; each try has a jti and an iat of its own (§2.6)."""
    receiver = Receiver([status, 200])

    deliver(services, receiver)
    (row,) = deliveries(services)
    assert (row.state, row.tries, row.next_try_at) == ("waiting", 1, clock() + 10)
    assert row.last_error
    clock.advance(seconds=9)
    deliver(services, receiver)
    assert len(receiver.seen) == 1
    clock.advance(seconds=1)
    deliver(services, receiver)

    first, second = receiver.claims
    assert [row.state for row in deliveries(services)] == ["delivered"]
    assert first["jti"] != second["jti"]
    assert second["iat"] == first["iat"] + 10
    assert (first["sub"], first["sid"]) == (second["sub"], second["sid"])


@pytest.mark.usefixtures("due")
def test_schedule_until_it_is_given_up(
    services: Services, events: list[tuple[str, dict[str, Any]]], clock: Clock
) -> None:
    """§2.5: an appropriate delay, longer each time, an hour at most; after a day nobody tries any more."""
    receiver, begun, waits = Receiver([503]), clock(), []

    while (row := deliveries(services)[0]).next_try_at is not None:
        waits.append(row.next_try_at - clock())
        clock.advance(seconds=waits[-1])
        deliver(services, receiver)

    assert waits[:10] == [0, 10, 20, 40, 80, 160, 320, 640, 1280, 2560]
    assert set(waits[10:]) == {3600}
    assert DAY - 3600 <= clock() - begun < DAY
    assert (row.state, row.tries) == ("given_up", len(receiver.seen))
    assert row.last_error == "the client answers 503"
    assert [event for event, _ in events] == ["logout_given_up"]


def test_delay_has_an_end() -> None:
    """However often it failed."""
    assert delay_seconds(1) == 10
    assert delay_seconds(10_000) == 3600


@pytest.mark.usefixtures("due")
def test_a_provider_that_was_off_for_days_still_tells(services: Services, clock: Clock) -> None:
    """The first try is made however late it is."""
    receiver = Receiver()
    clock.advance(seconds=3 * DAY)

    deliver(services, receiver)

    assert len(receiver.seen) == 1


@pytest.mark.usefixtures("due")
def test_a_client_that_was_deleted_meanwhile(services: Services, client: Client, clock: Clock) -> None:
    """Nobody is there to hear: nothing is sent, and nothing waits."""
    receiver = Receiver()
    services.client_directory.delete(client.client_id)
    clock.advance(seconds=60)

    deliver(services, receiver)

    (row,) = deliveries(services)
    assert receiver.seen == []
    assert (row.state, row.next_try_at) == ("given_up", None)


@pytest.mark.usefixtures("due")
def test_an_algorithm_without_a_key(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that cannot be signed now is a failure like another."""

    def sign(*args: object, **kwargs: object) -> str:
        raise UnknownAlgorithm("no key signs with RS256")

    monkeypatch.setattr(Signer, "sign", sign)

    deliver(services, Receiver())

    (row,) = deliveries(services)
    assert (row.state, row.last_error) == ("waiting", "no key signs with RS256")
