"""What goes wrong while logout tokens are delivered, by accident or by intent."""

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from models.database import Database
from models.errors import StoreUnavailable
from models.logout_delivery import LogoutDelivery as Row
from provider import logout_delivery
from provider.logout_delivery import LogoutDelivery
from provider.wiring import Services
from tests.browser import Browser
from tests.builders import make_client
from tests.conftest import Clock
from tests.logout_receiver import Receiver, deliver, deliveries, make_listening_client, queue_of
from validators.client import Client
from validators.delivery_queue import LEASE_SECONDS
from validators.logout_queue import LogoutQueue

pytestmark = pytest.mark.security

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


def add_deliveries(services: Services, client_id: str, count: int) -> None:
    """Store deliveries as if so many sign-ins had ended."""
    now = services.clock()
    with services.database.session() as session:
        session.add_all(
            Row(
                client_id=client_id,
                user_id="u",
                login_session_id=number.to_bytes(16),
                state="waiting",
                tries=0,
                created_at=now,
                next_try_at=now,
                give_up_at=now + DAY,
                expires_at=now + 8 * DAY,
            )
            for number in range(count)
        )


def run_with(services: Services, receiver: Receiver) -> None:
    """Do one round of the thread."""
    delivery = LogoutDelivery(services)
    delivery._couriers = (logout_delivery.logout_courier(services, receiver),)
    delivery.run_once()


@pytest.mark.usefixtures("due")
def test_two_workers_over_one_row(services: Services, database_url: str, clock: Clock) -> None:
    """DESIGN §4: claimed by a conditional UPDATE, with one winner among any number."""
    databases = [Database(database_url, sqlite_synchronous="NORMAL") for _ in range(4)]
    (found,) = queue_of(services).due()
    barrier = Barrier(len(databases))

    def claim(database: Database) -> bool:
        queue = LogoutQueue(database, clock)
        barrier.wait()
        return queue.claim(found) is not None

    with ThreadPoolExecutor(len(databases)) as pool:
        claims = list(pool.map(claim, databases))
    for database in databases:
        database.dispose()

    assert sorted(claims) == [False, False, False, True]
    assert [row.tries for row in deliveries(services)] == [1]


def test_a_sign_in_that_many_end_at_once(
    services: Services, signed_in: Browser, client: Client, ada: str
) -> None:
    """One of them ends it and notes its clients; the others find it ended."""
    signed_in.code_for(client)
    barrier = Barrier(4)

    def end(_: int) -> bool:
        barrier.wait()
        return services.people.disable(ada)

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(end, range(4)))

    assert len(deliveries(services)) == 1


@pytest.mark.usefixtures("due")
def test_kill_between_claim_and_done(services: Services, clock: Clock) -> None:
    """At least once: what a dead process had claimed is due again after its lease, and not before."""
    queue, receiver = queue_of(services), Receiver()
    (found,) = queue.due()
    assert queue.claim(found)

    deliver(services, receiver)
    assert receiver.seen == []
    clock.advance(seconds=LEASE_SECONDS)
    deliver(services, receiver)

    (row,) = deliveries(services)
    assert len(receiver.seen) == 1
    assert (row.state, row.tries) == ("delivered", 2)


@pytest.mark.usefixtures("due")
def test_a_late_worker_changes_nothing(services: Services, clock: Clock) -> None:
    """Who comes back after the lease may not overrule the one who has taken over."""
    queue = queue_of(services)
    (found,) = queue.due()
    late = queue.claim(found)
    clock.advance(seconds=LEASE_SECONDS)
    deliver(services, Receiver())

    assert late is not None
    queue.refuse(late, "too late")
    queue.put_off(late, "too late")

    assert [row.state for row in deliveries(services)] == ["delivered"]


@pytest.mark.usefixtures("due")
def test_a_row_that_kills_its_process_has_an_end(services: Services, clock: Clock) -> None:
    """A claim that is never finished is not repeated for ever."""
    queue, receiver = queue_of(services), Receiver()
    while clock() < 1_800_000_000 + DAY:
        for found in queue.due():
            assert queue.claim(found)
        clock.advance(seconds=LEASE_SECONDS)

    deliver(services, receiver)

    assert receiver.seen == []
    assert [row.state for row in deliveries(services)] == ["given_up"]


def test_internal_addresses_are_not_called(
    services: Services, monkeypatch: pytest.MonkeyPatch, signed_in: Browser, ada: str
) -> None:
    """Advisories 35 to 37: a registered URI does not make the provider knock at doors inside its network."""

    def connect(*args: Any, **kwargs: Any) -> None:
        raise AssertionError(f"{args} was called")

    client, _ = make_client(
        services,
        paper_skip_consent=True,
        backchannel_logout_uri="https://169.254.169.254/latest/meta-data",
    )
    signed_in.code_for(client)
    services.people.disable(ada)
    monkeypatch.setattr("socket.create_connection", connect)

    LogoutDelivery(services).run_once()

    (row,) = deliveries(services)
    assert (row.state, row.tries) == ("waiting", 1)
    assert "no address that may be reached" in str(row.last_error)


def test_one_client_that_does_not_answer_does_not_hold_up_the_others(services: Services) -> None:
    """A hundred sign-ins at a dead client cost one try at a time."""
    dead, _ = make_listening_client(services)
    alive, _ = make_listening_client(services)
    add_deliveries(services, dead.client_id, 100)
    add_deliveries(services, alive.client_id, 1)
    receiver = Receiver([0])

    deliver(services, receiver)
    heard = [due.client_id for due in queue_of(services).due()]

    assert heard == [alive.client_id]


def test_more_than_one_batch(services: Services) -> None:
    """A round goes on until nothing is due."""
    client, _ = make_listening_client(services)
    add_deliveries(services, client.client_id, 70)
    receiver = Receiver()

    run_with(services, receiver)

    assert len(receiver.seen) == 70
    assert len({claims["jti"] for claims in receiver.claims}) == 70
    assert {row.state for row in deliveries(services)} == {"delivered"}


@pytest.mark.usefixtures("due")
def test_a_dead_database_is_logged_and_tried_again(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The thread lives on."""
    receiver = Receiver()

    def dead(*_: object) -> None:
        raise StoreUnavailable("no connection")

    with monkeypatch.context() as patched:
        patched.setattr(Database, "run", dead)
        run_with(services, receiver)
    run_with(services, receiver)

    assert "logout tokens could not be delivered" in caplog.text
    assert len(receiver.seen) == 1


@pytest.mark.usefixtures("due")
def test_a_bug_ends_no_thread(services: Services, caplog: pytest.LogCaptureFixture) -> None:
    """What was claimed is due again; no logout token reaches the log."""
    caplog.set_level(logging.DEBUG)

    class Broken(Receiver):
        def __call__(self, url: str, form: Any) -> int:
            super().__call__(url, form)
            raise ZeroDivisionError

    broken = Broken()
    run_with(services, broken)

    assert [row.state for row in deliveries(services)] == ["waiting"]
    assert "ZeroDivisionError" in caplog.text
    assert broken.seen[0][1]["logout_token"] not in caplog.text
