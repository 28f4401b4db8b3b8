"""Everything that is sealed in the database, opened and sealed anew when master keys change."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from keys.errors import BadSeal
from keys.master_key import MasterKeys
from keys.private_key import PURPOSE
from keys.sealed import Sealer
from models.client import ClientRow
from models.signing_key import SealedValue, SigningKeyRow
from provider.sealed_values import SEALED_VALUE
from validators.readable_secrets import PURPOSE as CLIENT_SECRET

HAS_SECRET = ClientRow.sealed_secret.is_not(None)


def reseal(session: Session, master_keys: MasterKeys) -> int:
    """Seal every sealed value under the current master key; return how many were changed.

    Raises:
        BadSeal: a value does not open; its name is told.
    """
    changed = 0
    signing_keys = Sealer(master_keys, PURPOSE)
    for row in session.scalars(select(SigningKeyRow).with_for_update()):
        if row.sealed_private and row.sealed_private[0] != master_keys.current:
            row.sealed_private = _again(signing_keys, row.sealed_private, f"signing key {row.kid}")
            changed += 1
    sealed_values = Sealer(master_keys, SEALED_VALUE)
    for value in session.scalars(select(SealedValue).with_for_update()):
        if value.sealed[0] != master_keys.current:
            value.sealed = _again(sealed_values, value.sealed, f"sealed value {value.name}")
            changed += 1
    client_secrets = Sealer(master_keys, CLIENT_SECRET)
    for client in session.scalars(select(ClientRow).where(HAS_SECRET).with_for_update()):
        sealed = client.sealed_secret
        if sealed and sealed[0] != master_keys.current:
            client.sealed_secret = _again(client_secrets, sealed, f"the secret of client {client.client_id}")
            changed += 1
    return changed


def sealed_versions(session: Session) -> Counter[int]:
    """Return how many sealed values each master key still opens, by its number."""
    sealed = [
        *session.scalars(select(SigningKeyRow.sealed_private)),
        *session.scalars(select(SealedValue.sealed)),
        *session.scalars(select(ClientRow.sealed_secret).where(HAS_SECRET)),
    ]
    return Counter(value[0] for value in sealed if value)


def _again(sealer: Sealer, sealed: bytes, name: str) -> bytes:
    try:
        return sealer.seal(sealer.open(sealed))
    except BadSeal:
        raise BadSeal(f"{name} cannot be opened with these master keys") from None
