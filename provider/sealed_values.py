"""Secrets of the provider's own that are kept sealed in the database, so that master keys can change."""

import secrets
from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from keys.sealed import Sealer
from models.database import Database
from models.signing_key import SealedValue

DIGEST_KEY = "digest-key"
SEALED_VALUE = "sealed-value"


def _random_bytes() -> bytes:
    return secrets.token_bytes(32)


def secret_value(
    database: Database, sealer: Sealer, name: str, make: Callable[[], bytes] = _random_bytes
) -> bytes:
    """Return the secret kept under ``name``, made on the first call by any process.

    Args:
        database: where it is kept.
        sealer: of the purpose ``SEALED_VALUE``.
        name: its own.
        make: returns a new one; by default 32 random bytes.
    """
    with database.reading() as session:
        row = session.get(SealedValue, name)
    if row is not None:
        return sealer.open(row.sealed)
    value = make()
    try:
        with database.session() as session:
            session.add(SealedValue(name=name, sealed=sealer.seal(value)))
    except IntegrityError:
        return secret_value(database, sealer, name, make)
    return value
