"""The key ring: what signs, what is published, what verifies, and when the store is read."""

import logging
import threading
from collections.abc import Callable

import pytest

from keys.algorithms import generate_private_key
from keys.errors import UnknownAlgorithm
from keys.key_ring import KeyRing
from keys.store import KeyRecord, KeyState
from tests.conftest import Clock
from tests.keys.conftest import MemoryStore

MakeRecord = Callable[..., KeyRecord]
MakeRing = Callable[..., KeyRing]


def another(make_record: MakeRecord, state: KeyState, **times: int) -> KeyRecord:
    return make_record("ES256", state, key=generate_private_key("ES256"), **times)


def test_the_active_key_signs(make_record: MakeRecord, make_ring: MakeRing) -> None:
    """One key per algorithm."""
    active, next_ = make_record("ES256"), another(make_record, KeyState.NEXT)

    key = make_ring(active, next_).active("ES256")

    assert (key.kid, key.alg) == (active.kid, "ES256")


def test_a_private_key_is_parsed_once(make_record: MakeRecord, make_ring: MakeRing) -> None:
    """Parsing an RSA key takes a hundred times longer than signing with it."""
    ring = make_ring(make_record("RS256"))

    assert ring.active("RS256").private is ring.active("RS256").private


def test_what_is_published(make_record: MakeRecord, make_ring: MakeRing, clock: Clock) -> None:
    """Active, next, and retired while anything they signed may live; public members only."""
    active = make_record("ES256")
    next_ = another(make_record, KeyState.NEXT)
    retired = another(make_record, KeyState.RETIRED, retired_at=clock() - 5, unpublish_at=clock() + 5)
    old = another(make_record, KeyState.RETIRED, retired_at=clock() - 50, unpublish_at=clock())

    published = make_ring(old, retired, next_, active).published()

    assert published == [active.public_jwk, next_.public_jwk, retired.public_jwk]


def test_a_retired_key_disappears_on_time(make_record: MakeRecord, make_ring: MakeRing, clock: Clock) -> None:
    """Without the store being read again."""
    ring = make_ring(another(make_record, KeyState.RETIRED, unpublish_at=clock() + 1))
    assert len(ring.published()) == 1

    clock.advance(seconds=1)

    assert ring.published() == []


def test_an_unpublished_key_still_verifies(
    make_record: MakeRecord, make_ring: MakeRing, clock: Clock
) -> None:
    """OpenID Connect RP-Initiated Logout §2: an id_token_hint may be old."""
    old = another(make_record, KeyState.RETIRED, unpublish_at=clock() - 1)

    key = make_ring(old).verification_key(old.kid)

    assert key is not None
    assert (key.kid, key.alg) == (old.kid, "ES256")


def test_a_stranger_s_kid_is_nobody(make_record: MakeRecord, make_ring: MakeRing) -> None:
    """RFC 7515 §4.1.4."""
    assert make_ring(make_record()).verification_key("unknown") is None


def test_algorithms_are_those_that_sign(make_record: MakeRecord, make_ring: MakeRing) -> None:
    """OpenID Connect Discovery §3: RS256 must be listed; what has no active key is not."""
    ring = make_ring(make_record("ES256"), make_record("RS256"), make_record("EdDSA", KeyState.NEXT))

    assert ring.algorithms() == ("RS256", "ES256")


def test_a_waiting_key_signs_as_soon_as_cached_sets_have_expired(
    make_record: MakeRecord, make_ring: MakeRing, clock: Clock
) -> None:
    """DESIGN: what is promoted has been published for the cache time; every process agrees by itself."""
    old, next_ = make_record("ES256"), another(make_record, KeyState.NEXT)
    ring = make_ring(old, next_)

    clock.advance(seconds=300)
    before = ring.active("ES256").kid
    clock.advance(seconds=300)
    after = ring.active("ES256").kid

    assert (before, after) == (old.kid, next_.kid)
    assert ring.published() == [next_.public_jwk, old.public_jwk]


def test_the_store_is_read_once_per_cache_time(
    make_record: MakeRecord, make_ring: MakeRing, clock: Clock
) -> None:
    """Signing and verifying cost no query."""
    record = make_record()
    store = MemoryStore(record)
    ring = make_ring(store=store)

    for _ in range(3):
        ring.active("ES256")
        ring.verification_key(record.kid)
        clock.advance(seconds=99)

    assert store.readings == 1
    clock.advance(seconds=3)
    ring.active("ES256")
    assert store.readings == 2


@pytest.mark.security
def test_unknown_names_read_the_store_at_most_once_a_second(
    make_record: MakeRecord, make_ring: MakeRing, clock: Clock
) -> None:
    """GHSA-2gx3-rcp4-g85q: a flood of unknown kids must not become a flood of queries."""
    store = MemoryStore(make_record())
    ring = make_ring(store=store)
    ring.active("ES256")
    clock.advance(seconds=1)

    for number in range(100):
        ring.verification_key(f"unknown-{number}")
        with pytest.raises(UnknownAlgorithm):
            ring.active("PS512")

    assert store.readings == 2


def test_a_key_made_by_another_process_is_found_within_a_second(
    make_record: MakeRecord, make_ring: MakeRing, clock: Clock
) -> None:
    """No need to wait for the cache time."""
    store = MemoryStore(make_record("ES256"))
    ring = make_ring(store=store)
    ring.active("ES256")
    new = make_record("EdDSA")
    store.records.append(new)
    clock.advance(seconds=1)

    assert ring.active("EdDSA").kid == new.kid
    assert ring.verification_key(new.kid) is not None
    assert new.public_jwk in ring.published()


def test_a_forgotten_key_stops_verifying(make_record: MakeRecord, make_ring: MakeRing, clock: Clock) -> None:
    """After a leak, within the cache time in every process."""
    record = make_record("ES256")
    store = MemoryStore(record)
    ring = make_ring(store=store)
    assert ring.verification_key(record.kid) is not None
    store.records.clear()

    clock.advance(seconds=300)

    assert ring.verification_key(record.kid) is None


@pytest.mark.security
def test_a_store_that_fails_does_not_take_the_keys_away(
    make_record: MakeRecord, make_ring: MakeRing, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GHSA-fhv5-28vv-h8m8: a failed refresh wiped the cache."""
    store = MemoryStore(make_record("ES256"))
    ring = make_ring(store=store)
    kid = ring.active("ES256").kid
    monkeypatch.setattr(store, "load", lambda: 1 / 0)
    clock.advance(seconds=301)

    assert ring.active("ES256").kid == kid


def test_the_failure_is_logged(
    make_record: MakeRecord,
    make_ring: MakeRing,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An operator should know, once a second at most."""
    store = MemoryStore(make_record("ES256"))
    ring = make_ring(store=store)
    ring.active("ES256")
    monkeypatch.setattr(store, "load", lambda: 1 / 0)
    clock.advance(seconds=301)

    with caplog.at_level(logging.WARNING, logger="keys.key_ring"):
        ring.active("ES256")
        ring.active("ES256")

    assert [record.getMessage() for record in caplog.records] == ["signing keys could not be read again"]


def test_a_store_that_fails_at_first_is_an_error(
    make_ring: MakeRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing to sign with; the next call tries again."""
    store = MemoryStore()
    ring = make_ring(store=store)

    with monkeypatch.context() as patch:
        patch.setattr(store, "load", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            ring.published()

    assert ring.published() == []


def test_threads_share_one_reading_and_one_key(make_record: MakeRecord, make_ring: MakeRing) -> None:
    """A worker's threads start together."""
    store = MemoryStore(make_record("RS256"))
    ring = make_ring(store=store)
    barrier = threading.Barrier(8)
    keys: list[object] = []

    def sign() -> None:
        barrier.wait()
        keys.append(ring.active("RS256").private)

    threads = [threading.Thread(target=sign) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 8
    assert len({id(key) for key in keys}) == 1
    assert store.readings == 1


@pytest.mark.security
def test_no_private_key_is_shown(make_record: MakeRecord, make_ring: MakeRing) -> None:
    """A repr may end in a log."""
    assert "private" not in repr(make_ring(make_record()).active("ES256"))
