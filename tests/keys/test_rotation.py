"""The life of signing keys: next, active, retired, gone."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from keys.algorithms import generate_private_key
from keys.errors import BadKey, KeysBusy, UnknownAlgorithm
from keys.promotion import KeyTimes
from keys.rotation import HINT_SECONDS, Rotation
from keys.sealed import Sealer
from keys.store import KeyRecord, KeyState
from tests.conftest import Clock
from tests.keys.conftest import MemoryStore

CACHE = 300
SIGNED = 3600
WAIT = CACHE + 1
MakeRecord = Callable[..., KeyRecord]


@pytest.fixture
def store(make_record: MakeRecord) -> MemoryStore:
    return MemoryStore(make_record("ES256"))


@pytest.fixture
def rotation(store: MemoryStore, sealer: Sealer) -> Rotation:
    return Rotation(store, sealer, KeyTimes(CACHE, SIGNED))


def states(rotation: Rotation, clock: Clock) -> dict[KeyState, list[str]]:
    found: dict[KeyState, list[str]] = {}
    for record in rotation.records(clock()):
        found.setdefault(record.state, []).append(record.kid)
    return found


def test_the_first_keys_sign_at_once(sealer: Sealer, clock: Clock) -> None:
    """OpenID Connect Core §15.1: RS256 is always there; asking again makes nothing."""
    store = MemoryStore()
    rotation = Rotation(store, sealer, KeyTimes(CACHE))

    made = rotation.make_first(clock())
    again = rotation.make_first(clock())

    assert [(record.alg, record.state) for record in store.records] == [
        ("RS256", "active"),
        ("ES256", "active"),
    ]
    assert (made, again) == ([record.kid for record in store.records], [])


def test_a_new_key_is_published_for_the_cache_time_before_it_signs(
    rotation: Rotation, store: MemoryStore, clock: Clock
) -> None:
    """DESIGN: next is published for the cache time, and a second in which processes notice it."""
    old = store.records[0].kid

    plan = rotation.rotate("ES256", clock())

    assert plan.kid is not None
    assert (plan.makes, plan.signs_at, plan.retires) == (KeyState.NEXT, clock() + WAIT, old)
    clock.advance(seconds=WAIT - 1)
    assert states(rotation, clock) == {KeyState.ACTIVE: [old], KeyState.NEXT: [plan.kid]}
    clock.advance(seconds=1)
    assert states(rotation, clock) == {KeyState.ACTIVE: [plan.kid], KeyState.RETIRED: [old]}


def test_a_retired_key_is_published_while_what_it_signed_lives(
    rotation: Rotation, store: MemoryStore, clock: Clock
) -> None:
    """It may have gone on signing for the cache time in a process that had not noticed."""
    old = store.records[0].kid
    retired_at = rotation.rotate("ES256", clock()).signs_at
    clock.advance(seconds=10 * CACHE)

    record = next(record for record in rotation.records(clock()) if record.kid == old)

    assert (record.retired_at, record.unpublish_at) == (retired_at, retired_at + CACHE + SIGNED)
    assert record.is_published(retired_at + CACHE + SIGNED - 1)
    assert not record.is_published(retired_at + CACHE + SIGNED)


def test_a_second_rotation_makes_no_second_key(rotation: Rotation, store: MemoryStore, clock: Clock) -> None:
    """One key waits; the answer says which and until when."""
    first = rotation.rotate("ES256", clock())
    clock.advance(seconds=5)

    second = rotation.rotate("ES256", clock())

    assert second == replace(first, makes=None)
    assert len(store.records) == 2


def test_the_first_key_of_an_algorithm_signs_at_once(
    rotation: Rotation, store: MemoryStore, clock: Clock
) -> None:
    """No cached JWK set misses a key that nobody has been told to expect."""
    plan = rotation.rotate("EdDSA", clock())

    assert (plan.makes, plan.signs_at, plan.retires) == (KeyState.ACTIVE, clock(), None)


def test_after_a_leak_a_fresh_key_signs_at_once(rotation: Rotation, store: MemoryStore, clock: Clock) -> None:
    """The waiting one may have leaked as well: it goes, having signed nothing."""
    old = store.records[0].kid
    waiting = rotation.rotate("ES256", clock()).kid

    plan = rotation.rotate("ES256", clock(), immediate=True)

    assert (plan.makes, plan.signs_at, plan.retires) == (KeyState.ACTIVE, clock(), old)
    assert states(rotation, clock) == {KeyState.ACTIVE: [plan.kid], KeyState.RETIRED: [old]}
    assert waiting not in [record.kid for record in store.records]


@pytest.mark.parametrize("immediate", [False, True])
@pytest.mark.parametrize("alg", ["ES256", "EdDSA"])
def test_a_plan_tells_what_will_be_done_and_does_nothing(
    alg: str, immediate: bool, rotation: Rotation, store: MemoryStore, clock: Clock
) -> None:
    """A dry run."""
    before = list(store.records)

    plan = rotation.plan(alg, clock(), immediate=immediate)

    assert store.records == before
    assert replace(rotation.rotate(alg, clock(), immediate=immediate), kid=None) == plan


def test_an_unknown_algorithm_is_refused(rotation: Rotation, clock: Clock) -> None:
    """RFC 8725 §3.2."""
    with pytest.raises(UnknownAlgorithm):
        rotation.rotate("HS256", clock())


def test_old_keys_are_rotated_by_age(rotation: Rotation, store: MemoryStore, clock: Clock) -> None:
    """DESIGN: rotated by command or by age; not again while one is waiting."""
    assert rotation.rotate_aged(clock(), 1000) == []
    clock.advance(seconds=1000)

    plans = rotation.rotate_aged(clock(), 1000)

    assert [(plan.alg, plan.makes) for plan in plans] == [("ES256", KeyState.NEXT)]
    assert rotation.rotate_aged(clock(), 1000) == []
    clock.advance(seconds=WAIT)
    assert rotation.rotate_aged(clock(), 1000) == []


def test_retiring_an_algorithm_s_key_ends_the_algorithm(
    rotation: Rotation, store: MemoryStore, clock: Clock
) -> None:
    """Discovery lists what has a key; what it signed goes on verifying, then it is withdrawn."""
    kid = str(rotation.rotate("EdDSA", clock()).kid)

    retired = rotation.retire(kid, clock())
    gone = rotation.retire(kid, clock())

    assert retired is not None
    assert (retired.state, retired.unpublish_at) == (KeyState.RETIRED, clock() + CACHE + SIGNED)
    assert gone is None
    assert kid not in [record.kid for record in store.records]


def test_a_waiting_key_can_be_called_off(rotation: Rotation, store: MemoryStore, clock: Clock) -> None:
    """It has signed nothing."""
    waiting = str(rotation.rotate("ES256", clock()).kid)

    assert rotation.retire(waiting, clock()) is None
    assert len(store.records) == 1


def test_the_key_of_an_algorithm_that_must_be_there_is_not_retired(
    rotation: Rotation, store: MemoryStore, clock: Clock
) -> None:
    """OpenID Connect Core §15.1."""
    with pytest.raises(BadKey, match="must always have an active key"):
        rotation.retire(store.records[0].kid, clock())


def test_an_unknown_key_cannot_be_retired(rotation: Rotation, clock: Clock) -> None:
    """A typing error is told."""
    with pytest.raises(BadKey, match="no signing key"):
        rotation.retire("unknown", clock())


@pytest.mark.security
def test_a_private_key_is_destroyed_when_it_is_no_longer_shown(
    rotation: Rotation, store: MemoryStore, clock: Clock
) -> None:
    """It never signs again; only its public half goes on verifying hints, for a year."""
    old = store.records[0].kid
    rotation.rotate("ES256", clock())
    clock.advance(seconds=WAIT + CACHE + SIGNED)

    rotation.rotate("ES256", clock())

    record = next(record for record in store.records if record.kid == old)
    assert (record.state, record.sealed_private) == (KeyState.RETIRED, b"")
    clock.advance(seconds=HINT_SECONDS)
    rotation.rotate("ES256", clock())
    assert old not in [record.kid for record in store.records]


class RacedStore(MemoryStore):
    """Another process writes first, a given number of times."""

    def __init__(self, *records: KeyRecord, rivals: list[KeyRecord]) -> None:
        super().__init__(*records)
        self.rivals = rivals

    def replace(self, alg: str, seen: Sequence[KeyRecord], records: Sequence[KeyRecord]) -> bool:
        if self.rivals:
            self.records.append(self.rivals.pop())
        return super().replace(alg, seen, records)


def test_of_two_first_starts_one_makes_the_keys(
    make_record: MakeRecord, sealer: Sealer, clock: Clock
) -> None:
    """Two processes on an empty store end with one key, and both know which."""
    rival = make_record("ES256")
    store = RacedStore(make_record("RS256"), rivals=[rival])

    made = Rotation(store, sealer, KeyTimes(CACHE)).make_first(clock())

    assert made == []
    assert [record.kid for record in store.records if record.alg == "ES256"] == [rival.kid]


def test_of_two_rotations_at_once_one_makes_the_key(
    make_record: MakeRecord, private_keys: dict[str, object], sealer: Sealer, clock: Clock
) -> None:
    """The loser says which key is waiting."""
    active = make_record("ES256")
    rival = make_record("ES256", KeyState.NEXT, key=generate_private_key("ES256"))
    store = RacedStore(active, rivals=[rival])

    plan = Rotation(store, sealer, KeyTimes(CACHE)).rotate("ES256", clock())

    assert (plan.makes, plan.kid) == (None, rival.kid)
    assert len(store.records) == 2


def test_endless_rivals_end_in_an_error(
    store: MemoryStore, rotation: Rotation, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never an endless loop."""
    monkeypatch.setattr(store, "replace", lambda *_: False)

    with pytest.raises(KeysBusy):
        rotation.rotate("ES256", clock())


@pytest.mark.parametrize("state", KeyState)
def test_a_key_from_elsewhere_comes_in_as_it_is(
    state: KeyState, rotation: Rotation, store: MemoryStore, make_record: MakeRecord, clock: Clock
) -> None:
    """It takes the place of the one of that state; nothing that verified stops verifying."""
    old = store.records[0].kid
    new = make_record("ES256", state, key=generate_private_key("ES256"), unpublish_at=clock() + 5)

    added = rotation.add([new], clock())
    again = rotation.add([new], clock())

    assert (added, again) == ([new.kid], [])
    expected = {KeyState.ACTIVE: [old], state: [new.kid]}
    if state is KeyState.ACTIVE:
        expected[KeyState.RETIRED] = [old]
    assert states(rotation, clock) == expected
