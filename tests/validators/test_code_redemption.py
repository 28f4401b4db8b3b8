"""Authorization codes: accepted, spent once, and what a second use does."""

from dataclasses import replace

import pytest

from provider.wiring import Services
from tests.conftest import Clock
from tests.grant_stories import POLICY, GrantStory
from validators.grants import GrantRecord


@pytest.fixture
def story(services: Services, clock: Clock) -> GrantStory:
    return GrantStory(services, clock)


def test_an_unspent_code_is_accepted_and_stays_unspent(story: GrantStory) -> None:
    """DESIGN §4: nothing is spent before every check has passed."""
    record, code = story.begin()

    first = story.codes.accept(code, story.client_id)
    second = story.codes.accept(code, story.client_id)

    assert first is not None
    assert second is not None
    assert first.id == record.id
    assert story.stored(record).generation == 0


def test_consuming_counts_to_one(story: GrantStory, clock: Clock) -> None:
    """DESIGN §4: generation 1, the time of it, and the new end."""
    record, _ = story.begin()
    clock.advance(seconds=5)

    assert story.codes.consume(record, expires_at=clock() + 900)

    stored = story.stored(record)
    assert (stored.generation, stored.rotated_at, stored.expires_at) == (1, clock(), clock() + 900)


@pytest.mark.security
def test_a_replayed_code_revokes_its_grant(story: GrantStory, clock: Clock) -> None:
    """RFC 9700 §4.2.4, RFC 6749 §4.1.2; it is an event."""
    record, code = story.begin()
    story.codes.consume(record, expires_at=story.end(record))

    refused = story.codes.accept(code, story.client_id)

    assert refused is None
    assert story.stored(record).revoked_at == clock()
    assert story.events.names == ["code_replayed"]


@pytest.mark.security
def test_a_code_has_no_grace(services: Services, clock: Clock) -> None:
    """DESIGN §4: in the same second, whatever the grace."""
    story = GrantStory(services, clock, replace(POLICY, refresh_grace_seconds=300))
    record, code = story.begin()
    story.codes.consume(record, expires_at=story.end(record))

    assert story.codes.accept(code, story.client_id) is None
    assert story.stored(record).revoked_at is not None


@pytest.mark.security
def test_a_late_replay_still_revokes(story: GrantStory, clock: Clock) -> None:
    """The generation is looked at before the code's end (conformance: 30 s later)."""
    record, code = story.begin()
    story.codes.consume(record, expires_at=story.end(record))
    clock.advance(seconds=86400)

    assert story.codes.accept(code, story.client_id) is None
    assert story.stored(record).revoked_at == clock()


def test_the_loser_of_a_race_ends_the_grant(story: GrantStory) -> None:
    """DESIGN §4: of parallel redemptions one succeeds, and its tokens are then revoked."""
    record, code = story.begin()
    one, other = (story.codes.accept(code, story.client_id) for _ in range(2))
    assert one is not None
    assert other is not None

    won = story.codes.consume(one, expires_at=story.end(record))
    lost = story.codes.consume(other, expires_at=story.end(record))

    assert (won, lost) == (True, False)
    assert story.stored(record).revoked_at is not None


@pytest.mark.security
def test_another_client_neither_spends_nor_revokes(story: GrantStory) -> None:
    """RFC 6749 §4.1.3: also when the code has been spent already."""
    record, code = story.begin()

    assert story.codes.accept(code, "other") is None
    story.codes.consume(record, expires_at=story.end(record))
    assert story.codes.accept(code, "other") is None

    assert story.stored(record).revoked_at is None
    assert story.events.names == []


@pytest.mark.security
def test_a_forged_code_of_a_spent_grant_revokes_nothing(story: GrantStory) -> None:
    """DESIGN §4: only a genuine credential is a replay."""
    record, code = story.begin()
    story.codes.consume(record, expires_at=story.end(record))
    forged = code[:-1] + ("A" if code[-1] != "A" else "B")

    assert story.codes.accept(forged, story.client_id) is None
    assert story.stored(record).revoked_at is None


@pytest.mark.parametrize(
    ("seconds", "accepted"),
    [
        pytest.param(0, True, id="at-once"),
        pytest.param(59, True, id="last-second"),
        pytest.param(60, False, id="over"),
        pytest.param(-100, True, id="clock-set-back"),
    ],
)
def test_the_end_of_a_code(story: GrantStory, clock: Clock, seconds: int, accepted: bool) -> None:
    """RFC 6749 §4.1.2; an expired code that nobody used revokes nothing."""
    record, code = story.begin()

    clock.advance(seconds=seconds)

    assert (story.codes.accept(code, story.client_id) is not None) is accepted
    assert story.stored(record).revoked_at is None


@pytest.mark.security
def test_a_refresh_token_is_no_code(story: GrantStory) -> None:
    """DESIGN §4: generation 0 alone, and nothing is revoked by the try."""
    record, token = story.begin_refreshing()

    assert story.codes.accept(token, story.client_id) is None
    assert story.stored(record).revoked_at is None


def test_a_grant_that_began_without_a_code_has_none(story: GrantStory) -> None:
    """DESIGN §4: rows that never had a code start at 1."""
    record, code = story.begin(generation=1, code_expires_at=None)

    assert story.codes.accept(code, story.client_id) is None
    assert story.rotation.accept(story.token(record, 1), story.client_id) is None  # revoked: a code was shown


def test_a_revoked_grant_is_refused(story: GrantStory, clock: Clock) -> None:
    """DESIGN §4: revoked comes before the generation; there is nothing left to revoke."""
    record, code = story.begin()
    story.grants.revoke(record.id, now=clock())

    assert story.codes.accept(code, story.client_id) is None
    assert story.codes.consume(record, expires_at=story.end(record)) is False


def test_an_unknown_grant_is_refused(story: GrantStory) -> None:
    """Credentials of a lost row."""
    record, _ = story.begin()
    lost: GrantRecord = record._replace(id=bytes(16))

    assert story.codes.accept(story.codes.code_of(lost), story.client_id) is None


def test_grants_differ_in_all_that_is_random(story: GrantStory) -> None:
    """RFC 6749 §10.10: id and salt are 128 random bits each; the code tells of neither."""
    records = [story.begin()[0] for _ in range(5)]

    assert len({record.id for record in records} | {record.salt for record in records}) == 10
    assert all(len(record.id) == len(record.salt) == 16 for record in records)
