"""Refresh tokens: rotation, the grace for a lost reply, replay, and a row that is behind."""

from dataclasses import replace

import pytest

from provider.wiring import Services
from tests.conftest import Clock
from tests.grant_stories import POLICY, GrantStory
from validators.refresh_rotation import RefreshRotation

DAY = 86400


@pytest.fixture
def story(services: Services, clock: Clock) -> GrantStory:
    return GrantStory(services, clock)


def test_rotation_counts_on(story: GrantStory, clock: Clock) -> None:
    """RFC 9700 §4.14.2: token n gives way to n + 1."""
    record, token = story.begin_refreshing()
    clock.advance(seconds=100)

    assert story.rotate(token)

    stored = story.stored(record)
    assert (stored.generation, stored.rotated_at) == (2, clock())
    assert stored.expires_at == clock() + POLICY.refresh_seconds


def test_accepting_spends_nothing(story: GrantStory) -> None:
    """DESIGN §4: spending is the last step."""
    record, token = story.begin_refreshing()

    story.rotation.accept(token, story.client_id)

    assert story.stored(record) == record


@pytest.mark.parametrize(
    ("seconds", "accepted"),
    [
        pytest.param(0, True, id="same-second"),
        pytest.param(29, True, id="last-second"),
        pytest.param(30, False, id="over"),
        pytest.param(-1, True, id="clock-a-second-back"),
        pytest.param(-5000, True, id="clock-far-back"),
    ],
)
def test_the_grace_of_a_lost_reply(story: GrantStory, clock: Clock, seconds: int, accepted: bool) -> None:
    """DESIGN §4: ``now - rotated_at < refresh_grace``; a rotation in the future has age 0."""
    record, token = story.begin_refreshing()
    story.rotate(token)

    clock.advance(seconds=seconds)

    assert story.rotate(token) is accepted
    assert (story.stored(record).revoked_at is None) is accepted
    assert story.stored(record).generation == 2


def test_within_the_grace_the_same_next_token_follows(story: GrantStory) -> None:
    """DESIGN §4: no second family appears; the row presented decides what comes next."""
    record, token = story.begin_refreshing()
    story.rotate(token)

    again = story.rotation.accept(token, story.client_id)

    assert again is not None
    assert again.generation == 1
    assert story.token(again, again.generation + 1) == story.token(record, 2)


@pytest.mark.security
@pytest.mark.parametrize("seconds", [pytest.param(0, id="same-second"), pytest.param(-10, id="clock-back")])
def test_a_grace_of_zero_forgives_nothing(services: Services, clock: Clock, seconds: int) -> None:
    """DESIGN §4: 0 turns it off, for a clock that was set back too."""
    story = GrantStory(services, clock, replace(POLICY, refresh_grace_seconds=0))
    record, token = story.begin_refreshing()
    story.rotate(token)

    clock.advance(seconds=seconds)

    assert story.rotate(token) is False
    assert story.stored(record).revoked_at == clock()


@pytest.mark.security
def test_a_replay_revokes_its_grant(story: GrantStory, clock: Clock) -> None:
    """RFC 9700 §4.14.2: thief and rightful client both lose access; it is an event."""
    record, token = story.begin_refreshing()
    story.rotate(token)
    clock.advance(seconds=30)

    assert story.rotation.accept(token, story.client_id) is None

    assert story.stored(record).revoked_at == clock()
    assert story.rotation.accept(story.token(record, 2), story.client_id) is None
    assert story.events.names == ["refresh_token_replayed"]


@pytest.mark.security
def test_two_generations_back_is_no_lost_reply(story: GrantStory) -> None:
    """DESIGN §4: only while the row stands at exactly n + 1."""
    record, token = story.begin_refreshing()
    story.rotate(token)
    story.rotate(story.token(record, 2))

    assert story.rotate(token) is False
    assert story.stored(record).revoked_at is not None


@pytest.mark.security
def test_a_code_is_no_refresh_token(story: GrantStory) -> None:
    """DESIGN §4: ≥ 1 only; right after the code was spent there is no grace for it either."""
    record, code = story.begin()
    story.codes.consume(record, expires_at=story.end(record))

    assert story.rotation.accept(code, story.client_id) is None
    assert story.stored(record).revoked_at is None


@pytest.mark.security
@pytest.mark.parametrize("ahead", [1, 2, 1000])
def test_a_newer_token_than_the_row_revokes_nothing(story: GrantStory, ahead: int) -> None:
    """DESIGN §4: a restored backup or a lost disk is invalid_grant and an event."""
    record, _ = story.begin_refreshing()

    refused = story.rotation.accept(story.token(record, 1 + ahead), story.client_id)

    assert refused is None
    assert story.stored(record) == record
    assert story.events.names == ["refresh_token_from_the_future"]


@pytest.mark.security
def test_another_client_neither_spends_nor_revokes(story: GrantStory, clock: Clock) -> None:
    """RFC 6749 §10.4: not even with a replay."""
    record, token = story.begin_refreshing()
    story.rotate(token)
    clock.advance(seconds=100)

    assert story.rotation.accept(token, "other") is None

    assert story.stored(record).revoked_at is None
    assert story.events.names == []


@pytest.mark.security
def test_a_forged_older_token_revokes_nothing(story: GrantStory) -> None:
    """DESIGN §4: the MAC comes before the generation."""
    record, token = story.begin_refreshing()
    story.rotate(token)
    story.rotate(story.token(record, 2))
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")

    assert story.rotation.accept(forged, story.client_id) is None
    assert story.stored(record).revoked_at is None


def test_the_loser_of_a_race_within_the_grace_stands(story: GrantStory) -> None:
    """DESIGN §4: the loser sends the answer it has already built; the refresh token is the same."""
    record, token = story.begin_refreshing()
    one, other = (story.rotation.accept(token, story.client_id) for _ in range(2))
    assert one is not None
    assert other is not None

    results = [story.consume(each) for each in (one, other)]

    assert results == [True, True]
    assert story.stored(record).generation == 2
    assert story.stored(record).revoked_at is None


def test_the_loser_of_a_race_without_grace_ends_the_grant(services: Services, clock: Clock) -> None:
    """DESIGN §4: with grace 0 likewise as with codes."""
    story = GrantStory(services, clock, replace(POLICY, refresh_grace_seconds=0))
    record, token = story.begin_refreshing()
    one, other = (story.rotation.accept(token, story.client_id) for _ in range(2))
    assert one is not None
    assert other is not None

    results = [story.consume(each) for each in (one, other)]

    assert results == [True, False]
    assert story.stored(record).revoked_at is not None


def test_a_grant_revoked_meanwhile_is_not_spent(story: GrantStory, clock: Clock) -> None:
    """Between the check and the write: a revocation always wins."""
    record, token = story.begin_refreshing()
    accepted = story.rotation.accept(token, story.client_id)
    assert accepted is not None
    story.grants.revoke(record.id, now=clock())
    clock.advance(seconds=2 * DAY)

    assert story.consume(accepted) is False
    assert story.consume(accepted, rotates=False) is False

    assert story.stored(record).generation == 1


@pytest.mark.parametrize(
    ("seconds", "accepted"),
    [pytest.param(30 * DAY - 1, True, id="last-second"), pytest.param(30 * DAY, False, id="over")],
)
def test_an_unused_token_ends(story: GrantStory, clock: Clock, seconds: int, accepted: bool) -> None:
    """RFC 9700 §4.14.2; too late is no theft."""
    record, token = story.begin_refreshing()

    clock.advance(seconds=seconds)

    assert (story.rotation.accept(token, story.client_id) is not None) is accepted
    assert story.stored(record).revoked_at is None


def test_without_rotation_the_row_is_written_once_a_day(story: GrantStory, clock: Clock) -> None:
    """DESIGN §4: a refresh then writes only a later ``expires_at``."""
    record, token = story.begin_refreshing()
    ends = []

    for seconds in (3600, DAY - 3600 - 1, 1):
        clock.advance(seconds=seconds)
        accepted = story.rotation.accept(token, story.client_id)
        assert accepted is not None
        assert story.consume(accepted, rotates=False)
        ends.append(story.stored(record).expires_at - record.expires_at)

    assert ends == [0, 0, DAY]
    assert story.stored(record).generation == 1


def test_without_rotation_a_short_refresh_life_goes_on(services: Services, clock: Clock) -> None:
    """DESIGN §6: a refresh token lives PAPER_REFRESH_SECONDS after its last use, if that is an hour too."""
    story = GrantStory(services, clock, replace(POLICY, refresh_seconds=3600))
    record, token = story.begin_refreshing()

    for _ in range(2):
        clock.advance(seconds=3000)
        accepted = story.rotation.accept(token, story.client_id)
        assert accepted is not None
        assert story.consume(accepted, rotates=False)

    assert story.stored(record).expires_at > clock() + POLICY.access_token_seconds


def test_a_grant_that_is_older_than_grants_may_be_now_is_over(
    services: Services, story: GrantStory, clock: Clock
) -> None:
    """RFC 6749 §5.1: a shorter PAPER_GRANT_SECONDS ends old grants; no token begins after its end."""
    _, token = story.begin_refreshing()
    policy = replace(POLICY, grant_seconds=3600)
    shorter = RefreshRotation(services.grants, services.credentials, policy, clock, story.events)
    presented = shorter.find(token, story.client_id)
    assert presented is not None

    clock.advance(seconds=3599)
    assert shorter.is_live(presented)
    assert shorter.accept(token, story.client_id) is not None

    clock.advance(seconds=1)
    assert not shorter.is_live(presented)
    assert shorter.accept(token, story.client_id) is None
