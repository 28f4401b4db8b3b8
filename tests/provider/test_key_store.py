"""Signing keys as rows, on each database."""

from dataclasses import replace
from threading import Barrier, Thread

import pytest

from keys.key_ring import KeyRing
from keys.master_key import MasterKeys
from keys.private_key import PURPOSE
from keys.promotion import KeyTimes
from keys.rotation import Rotation
from keys.sealed import Sealer
from keys.store import KeyRecord, KeyState
from models.database import Database
from provider.key_store import DatabaseKeyStore
from tests.conftest import Clock

RECORD = KeyRecord(
    kid="a",
    alg="ES256",
    state=KeyState.RETIRED,
    public_jwk={"kty": "EC", "kid": "a"},
    sealed_private=b"\x01sealed",
    created_at=1,
    activated_at=2,
    retired_at=3,
    unpublish_at=4,
)
OTHER = replace(RECORD, kid="b", state=KeyState.ACTIVE, created_at=2, retired_at=None, unpublish_at=None)


@pytest.fixture
def store(database: Database) -> DatabaseKeyStore:
    return DatabaseKeyStore(database)


def test_records_come_back_oldest_first(store: DatabaseKeyStore) -> None:
    """Every member, times that are absent too."""
    assert store.replace("ES256", [], [OTHER, RECORD])

    assert store.load() == [RECORD, OTHER]


def test_a_change_needs_what_was_seen(store: DatabaseKeyStore) -> None:
    """Compare and set: whoever saw an older state writes nothing."""
    store.replace("ES256", [], [RECORD])
    changed = replace(RECORD, sealed_private=b"")

    assert not store.replace("ES256", [], [OTHER])
    assert not store.replace("ES256", [changed], [OTHER])
    assert store.load() == [RECORD]
    assert store.replace("ES256", [RECORD], [changed, OTHER])
    assert store.load() == [changed, OTHER]
    assert store.replace("ES256", [OTHER, changed], [OTHER])
    assert store.load() == [OTHER]


def test_other_algorithms_are_left_alone(store: DatabaseKeyStore) -> None:
    """One algorithm is changed at a time."""
    eddsa = replace(OTHER, kid="c", alg="EdDSA")
    store.replace("EdDSA", [], [eddsa])

    assert store.replace("ES256", [], [RECORD])

    assert store.load() == [RECORD, eddsa]


def test_of_many_rotations_at_once_one_makes_a_key(database: Database, clock: Clock) -> None:
    """DESIGN: one key per algorithm, whoever else is rotating."""
    sealer = Sealer(MasterKeys.generate(), PURPOSE)
    barrier = Barrier(4)
    kids: list[str | None] = []

    def rotate() -> None:
        rotation = Rotation(DatabaseKeyStore(database), sealer, KeyTimes(300))
        barrier.wait()
        kids.append(rotation.rotate("ES256", clock()).kid)
        database.release()

    threads = [Thread(target=rotate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    states = sorted(record.state for record in DatabaseKeyStore(database).load())
    assert len(kids) == 4
    assert states.count(KeyState.ACTIVE) == 1
    assert states.count(KeyState.NEXT) <= 1


def test_a_ring_reads_its_keys_from_rows(store: DatabaseKeyStore, clock: Clock) -> None:
    """Sealed there, parsed here."""
    sealer = Sealer(MasterKeys.generate(), PURPOSE)
    plan = Rotation(store, sealer, KeyTimes(300)).rotate("ES256", clock())

    ring = KeyRing(store, sealer, clock, 300)

    assert ring.active("ES256").kid == plan.kid
    assert [jwk["kid"] for jwk in ring.published()] == [plan.kid]
