"""The keys: the master key file, and the keys that sign."""

from collections.abc import Iterator, Sequence

from keys.errors import BadMasterKey, BadSeal
from keys.master_key import MasterKeys
from keys.private_key import PURPOSE
from keys.sealed import Sealer
from keys.store import KeyRecord, KeyState
from models.database import Database
from provider.doctor.findings import Finding, error, fine, warning
from provider.key_store import DatabaseKeyStore
from provider.settings import Settings

TOPIC = "keys"
DAY = 86_400
LATE_SECONDS = DAY  # a server that runs looks every ten minutes
NEEDED = "RS256"  # what ID tokens are signed with unless a client says otherwise


def examine_keys(settings: Settings, database: Database, now: int) -> Iterator[Finding]:
    """Look at the master keys and at what they seal; nothing is made.

    Args:
        settings: where the master keys are, and how long a key signs.
        database: where the signing keys are.
        now: NumericDate.

    Raises:
        StoreUnavailable: the database cannot be reached.
    """
    try:
        master_keys = MasterKeys.load(settings.master_key_file)
    except BadMasterKey as problem:
        yield error(TOPIC, str(problem), "put the master key file back, from its own backup if need be")
        return
    yield fine(TOPIC, f"master key {master_keys.current} in {settings.master_key_file}, for its owner alone")
    records = DatabaseKeyStore(database).load()
    yield from _sealed(records, Sealer(master_keys, PURPOSE))
    active = [record for record in records if record.state is KeyState.ACTIVE]
    if NEEDED not in {record.alg for record in active}:
        yield error(TOPIC, f"no key signs with {NEEDED}", f"run: flask keys rotate --alg {NEEDED}")
    for record in active:
        yield from _age(record, records, settings.key_rotation_seconds, now)


def _sealed(records: Sequence[KeyRecord], sealer: Sealer) -> Iterator[Finding]:
    for record in records:
        try:
            sealer.open(record.sealed_private)
        except BadSeal:
            yield error(
                TOPIC,
                f"the master keys do not open the signing key {record.kid}",
                "bring database and master key file of one time together",
            )


def _age(
    record: KeyRecord, records: Sequence[KeyRecord], rotation_seconds: int, now: int
) -> Iterator[Finding]:
    age = now - (record.activated_at or record.created_at)
    text = f"{record.alg} {record.kid} has signed for {max(0, age) // DAY} days"
    if age < 0:
        yield warning(TOPIC, f"{record.alg} {record.kid} signs from the future", "set this machine's clock")
    elif any(other.alg == record.alg and other.state is KeyState.NEXT for other in records):
        yield fine(TOPIC, f"{text}; the next key is published already")
    elif rotation_seconds and age > rotation_seconds + LATE_SECONDS:
        yield warning(
            TOPIC,
            f"{text}, longer than {rotation_seconds // DAY}",
            f"start the server, which rotates keys by age, or run: flask keys rotate --alg {record.alg}",
        )
    elif rotation_seconds:
        yield fine(TOPIC, f"{text}; the next is made in {max(0, rotation_seconds - age) // DAY} days")
    elif age > 365 * DAY:
        advice = f"run: flask keys rotate --alg {record.alg}, or set PAPER_KEY_ROTATION_SECONDS"
        yield warning(TOPIC, f"{text}; nobody rotates it", advice)
    else:
        yield fine(TOPIC, f"{text}; it is rotated by hand")
