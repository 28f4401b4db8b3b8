"""Secrets of the provider's own, sealed in the database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from keys.errors import BadSeal
from keys.master_key import MasterKeys
from keys.sealed import Sealer
from models.database import Database
from models.signing_key import SealedValue
from provider.sealed_values import SEALED_VALUE, secret_value


def test_a_value_is_made_once(database: Database) -> None:
    """DESIGN §5: 32 random bytes for each name, the same for ever."""
    sealer = Sealer(MasterKeys.generate(), SEALED_VALUE)

    first, again, other = (secret_value(database, sealer, name) for name in ("a", "a", "b"))

    assert first == again != other
    assert len(first) == 32


def test_threads_that_are_first_together_agree(database: Database) -> None:
    """Any process may be the first."""
    sealer = Sealer(MasterKeys.generate(), SEALED_VALUE)

    with ThreadPoolExecutor(4) as pool:
        values = set(pool.map(lambda _: secret_value(database, sealer, "a"), range(8)))

    assert len(values) == 1


@pytest.mark.security
def test_the_database_alone_tells_nothing(database: Database) -> None:
    """DESIGN §5: sealed; without the master key an error, never a new value."""
    value = secret_value(database, Sealer(MasterKeys.generate(), SEALED_VALUE), "a")

    with database.reading() as session:
        sealed = session.scalars(select(SealedValue.sealed)).one()
    assert value not in sealed
    with pytest.raises(BadSeal):
        secret_value(database, Sealer(MasterKeys.generate(), SEALED_VALUE), "a")


def test_an_older_master_key_still_opens_it(database: Database) -> None:
    """DESIGN §5: master keys come and go, the value stays."""
    keys = MasterKeys.generate()
    value = secret_value(database, Sealer(keys, SEALED_VALUE), "a")

    assert secret_value(database, Sealer(keys.with_new(), SEALED_VALUE), "a") == value
