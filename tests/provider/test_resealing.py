"""What is sealed in the database follows the master keys, on each database."""

from collections import Counter

import pytest

from keys.errors import BadSeal
from keys.key_ring import KeyRing
from keys.master_key import MasterKeys
from keys.private_key import PURPOSE
from keys.promotion import KeyTimes
from keys.rotation import Rotation
from keys.sealed import Sealer
from models.client import ClientRow
from models.database import Database
from provider.key_store import DatabaseKeyStore
from provider.resealing import reseal, sealed_versions
from provider.sealed_values import SEALED_VALUE, secret_value
from tests.conftest import Clock
from validators.readable_secrets import PURPOSE as CLIENT_SECRET

OLD = MasterKeys.generate()
NEW = OLD.with_new()


@pytest.fixture
def secret(database: Database, clock: Clock) -> bytes:
    """A value sealed under ``OLD``, beside a signing key."""
    Rotation(DatabaseKeyStore(database), Sealer(OLD, PURPOSE), KeyTimes(300)).rotate("ES256", clock())
    return secret_value(database, Sealer(OLD, SEALED_VALUE), "digest-key")


def test_everything_opens_with_the_new_key_alone(database: Database, secret: bytes, clock: Clock) -> None:
    """DESIGN: rotate re-seals what it sealed; a second time there is nothing to do."""
    with database.session() as session:
        changed = reseal(session, NEW)
    with database.session() as session:
        again = reseal(session, NEW)

    alone = NEW.without(1)
    assert (changed, again) == (2, 0)
    assert secret_value(database, Sealer(alone, SEALED_VALUE), "digest-key") == secret
    ring = KeyRing(DatabaseKeyStore(database), Sealer(alone, PURPOSE), clock, 300)
    assert ring.active("ES256").alg == "ES256"


def test_values_are_counted_by_master_key(database: Database, secret: bytes) -> None:
    """A key that still opens something must stay."""
    secret_value(database, Sealer(NEW, SEALED_VALUE), "another")

    with database.reading() as session:
        counted = sealed_versions(session)

    assert counted == Counter({1: 2, 2: 1})


def test_a_value_that_does_not_open_is_named_and_nothing_is_written(
    database: Database, secret: bytes
) -> None:
    """Resealing is one transaction."""
    secret_value(database, Sealer(MasterKeys.generate(), SEALED_VALUE), "stranger")

    with pytest.raises(BadSeal, match="stranger"), database.session() as session:
        reseal(session, NEW)

    with database.reading() as session:
        assert sealed_versions(session) == Counter({1: 3})


def test_secrets_of_clients_follow_too(database: Database, clock: Clock) -> None:
    """OpenID Connect Core §16.19: what must be readable again is sealed like everything else."""
    row = ClientRow(
        client_id="photos",
        sealed_secret=Sealer(OLD, CLIENT_SECRET).seal(b"secret"),
        client_metadata="{}",
        version=1,
        created_at=clock(),
    )
    with database.session() as session:
        session.add(row)

    with database.session() as session:
        changed = reseal(session, NEW)
    with database.session() as session:
        stored = session.get_one(ClientRow, "photos").sealed_secret
        versions = sealed_versions(session)

    assert changed == 1
    assert Sealer(NEW.without(1), CLIENT_SECRET).open(stored or b"") == b"secret"
    assert versions == Counter({2: 1})
