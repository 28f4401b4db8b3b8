"""Security events that are kept: what was changed or taken away afterwards shows."""

import threading

import pytest
from sqlalchemy import delete, select, update

from models.audit_event import AuditEvent
from models.database import Database
from models.errors import StoreUnavailable
from tests.conftest import Clock
from validators import audit_directory
from validators.audit_directory import AuditDirectory
from validators.audit_trail import AuditTrail
from validators.secret_digests import SecretDigests

DAY = 86400
DIGESTS = SecretDigests(bytes(32))


@pytest.fixture
def trail(database: Database, clock: Clock) -> AuditTrail:
    return AuditTrail(database, DIGESTS, clock, 365 * DAY)


@pytest.fixture
def directory(database: Database) -> AuditDirectory:
    return AuditDirectory(database, DIGESTS)


def test_an_event_is_kept_as_told(trail: AuditTrail, directory: AuditDirectory, clock: Clock) -> None:
    """Who, what, when, from where; the rest as JSON; the newest first."""
    trail.record("signed_in", {"user_id": "ada", "address": "192.0.2.1"})
    clock.advance(seconds=5)
    trail.record("consent_given", {"user_id": "ada", "client_id": "photos", "scope": "openid", "more": None})

    second, first = directory.list(limit=10)

    assert (first.event, first.user_id, first.address, first.details) == (
        *("signed_in", "ada", "192.0.2.1"),
        "{}",
    )
    assert (second.client_id, second.details, second.occurred_at) == (
        *("photos", '{"scope": "openid"}'),
        clock(),
    )
    assert (first.sequence, second.sequence) == (0, 1)
    assert [each.event for each in directory.list(client_id="photos", limit=10)] == ["consent_given"]
    assert [each.event for each in directory.list(event="signed_in", user_id="ada", limit=10)] == [
        "signed_in"
    ]
    assert directory.verify()[:2] == (2, 1)


@pytest.mark.security
@pytest.mark.parametrize(
    "values", [{"event": "signed_out"}, {"user_id": "eve"}, {"occurred_at": 1}, {"details": "{}"}]
)
def test_a_change_shows(
    trail: AuditTrail, directory: AuditDirectory, database: Database, values: dict[str, object]
) -> None:
    """Nobody without the key can write an event that passes."""
    for _ in range(3):
        trail.record("consent_given", {"user_id": "ada", "scope": "openid"})
    with database.session() as session:
        session.execute(update(AuditEvent).where(AuditEvent.sequence == 1).values(**values))

    (fault,) = directory.verify().faults

    assert (fault.sequence, fault.problem) == (1, "was changed or forged")


@pytest.mark.security
def test_a_gap_shows_and_what_expired_is_none(
    trail: AuditTrail, directory: AuditDirectory, database: Database
) -> None:
    """A row taken out of the middle is missed; the beginning of a chain goes when it is old."""
    for _ in range(5):
        trail.record("signed_in", {})
    with database.session() as session:
        session.execute(delete(AuditEvent).where(AuditEvent.sequence == 0))
    assert directory.verify().faults == []
    with database.session() as session:
        session.execute(delete(AuditEvent).where(AuditEvent.sequence.in_((2, 3))))

    (fault,) = directory.verify().faults

    assert (fault.sequence, fault.problem) == (4, "2 missing before it")


def test_each_process_has_a_chain_of_its_own(
    trail: AuditTrail,
    directory: AuditDirectory,
    database: Database,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They do not wait for each other, and neither leaves a gap; threads of one share its chain."""
    other = AuditTrail(database, DIGESTS, clock, DAY)
    threads = [
        threading.Thread(target=lambda each=each: [each.record("signed_in", {}) for _ in range(10)])
        for each in (trail, trail, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    monkeypatch.setattr(audit_directory, "ROWS_AT_A_TIME", 7)

    assert directory.verify() == (30, 2, [])


def test_a_store_that_fails_leaves_no_gap(
    trail: AuditTrail, directory: AuditDirectory, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    """After a failure nobody knows whether the row is there: a new chain begins."""
    trail.record("signed_in", {})
    with monkeypatch.context() as patch:
        patch.setattr(database, "session", _broken)
        with pytest.raises(StoreUnavailable):
            trail.record("signed_in", {})
    trail.record("signed_in", {})

    assert directory.verify() == (2, 2, [])


def test_a_row_of_another_key_is_none_of_ours(trail: AuditTrail, database: Database) -> None:
    """The digests' key authenticates."""
    trail.record("signed_in", {})

    (fault,) = AuditDirectory(database, SecretDigests(b"\1" * 32)).verify().faults

    assert fault.problem == "was changed or forged"
    with database.reading() as session:
        assert len(session.scalar(select(AuditEvent.mac)) or b"") == 32


def _broken() -> None:
    raise StoreUnavailable("gone")


def test_a_list_goes_on_before_an_event(trail: AuditTrail, directory: AuditDirectory, clock: Clock) -> None:
    """Of some hours, too: from the first moment to before the last."""
    began = clock()
    for number in range(4):
        trail.record(f"e{number}", {})
        clock.advance(seconds=10)

    newest, second = directory.before(None, limit=2)

    assert [newest[1].event, second[1].event] == ["e3", "e2"]
    assert [record.event for _, record in directory.before(second[0], limit=9)] == ["e1", "e0"]
    found = directory.before(None, since=began + 10, until=began + 30, limit=9)
    assert [record.event for _, record in found] == ["e2", "e1"]
