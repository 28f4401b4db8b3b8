"""A store in memory, and rings with one key each; RSA keys are made once per run."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from keys.algorithms import ALGORITHMS, generate_private_key
from keys.jwks import public_jwk
from keys.key_ring import KeyRing
from keys.master_key import MasterKeys
from keys.private_key import PURPOSE, seal_private_key
from keys.sealed import Sealer
from keys.store import KeyRecord, KeyState
from tests.conftest import Clock


class MemoryStore:
    """A ``KeyStore`` that counts its readings."""

    unavailable = (ZeroDivisionError,)

    def __init__(self, *records: KeyRecord) -> None:
        self.records = list(records)
        self.readings = 0

    def load(self) -> list[KeyRecord]:
        self.readings += 1
        return sorted(self.records, key=lambda record: (record.created_at, record.kid))

    def replace(self, alg: str, seen: Sequence[KeyRecord], records: Sequence[KeyRecord]) -> bool:
        if {record.kid: record for record in self.records if record.alg == alg} != {r.kid: r for r in seen}:
            return False
        self.records = [record for record in self.records if record.alg != alg] + list(records)
        return True


@pytest.fixture(scope="session")
def private_keys() -> dict[str, Any]:
    """A private key for each algorithm; the RSA ones share one."""
    rsa = generate_private_key("RS256")
    return {name: rsa if a.kty == "RSA" else generate_private_key(name) for name, a in ALGORITHMS.items()}


@pytest.fixture
def master_keys() -> MasterKeys:
    return MasterKeys.generate()


@pytest.fixture
def sealer(master_keys: MasterKeys) -> Sealer:
    return Sealer(master_keys, PURPOSE)


@pytest.fixture
def make_record(private_keys: dict[str, Any], sealer: Sealer, clock: Clock) -> Callable[..., KeyRecord]:
    """Return a maker of records; the key is the run's own for ``alg`` unless another is given."""

    def make(
        alg: str = "ES256", state: KeyState = KeyState.ACTIVE, key: Any = None, **times: int
    ) -> KeyRecord:
        private = key or private_keys[alg]
        jwk = public_jwk(private, alg)
        return KeyRecord(
            kid=jwk["kid"],
            alg=alg,
            state=state,
            public_jwk=jwk,
            sealed_private=seal_private_key(private, sealer),
            **{"created_at": clock(), **times},
        )

    return make


@pytest.fixture
def make_ring(sealer: Sealer, clock: Clock) -> Callable[..., KeyRing]:
    """Return a maker of rings over records, with a cache time of 300 seconds."""

    def make(*records: KeyRecord, store: MemoryStore | None = None) -> KeyRing:
        return KeyRing(store or MemoryStore(*records), sealer, clock, 300)

    return make
