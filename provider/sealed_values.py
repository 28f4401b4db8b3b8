"""Secrets of the provider's own that are kept sealed in the database, so that master keys can change."""

import secrets

from sqlalchemy.exc import IntegrityError

from keys.sealed import Sealer
from models.database import Database
from models.signing_key import SealedValue

DIGEST_KEY = "digest-key"
SEALED_VALUE = "sealed-value"


def secret_value(database: Database, sealer: Sealer, name: str) -> bytes:
    """Return the 32 random bytes kept under ``name``, made on the first call by any process."""
    with database.reading() as session:
        row = session.get(SealedValue, name)
    if row is not None:
        return sealer.open(row.sealed)
    value = secrets.token_bytes(32)
    try:
        with database.session() as session:
            session.add(SealedValue(name=name, sealed=sealer.seal(value)))
    except IntegrityError:
        return secret_value(database, sealer, name)
    return value
