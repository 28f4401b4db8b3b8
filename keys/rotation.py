"""The life of signing keys: next, active, retired, gone. Every step is written here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from keys.algorithms import generate_private_key, require_algorithm
from keys.errors import BadKey, KeysBusy
from keys.jwks import public_jwk
from keys.private_key import seal_private_key
from keys.promotion import REREAD_SECONDS, KeyTimes
from keys.sealed import Sealer
from keys.store import KeyRecord, KeyState, KeyStore

FIRST_ALGORITHMS = ("RS256", "ES256")
"""Always with an active key: the default of ID tokens (OpenID Connect Core §15.1), and of access tokens."""
HINT_SECONDS = 366 * 24 * 60 * 60
"""A retired key verifies an ``id_token_hint`` for so long after it was last shown; then it is forgotten."""
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RotationPlan:
    """What a rotation does, or has done.

    Args:
        alg: the algorithm.
        makes: the state of the key that is made; ``None``: one is waiting already.
        signs_at: when the new or waiting key begins to sign, NumericDate.
        retires: the ``kid`` that stops signing then.
        kid: the new or waiting key; ``None`` in a plan for a key that is not made yet.
    """

    alg: str
    makes: KeyState | None
    signs_at: int
    retires: str | None
    kid: str | None = None


class Rotation:
    """Changes the stored keys; safe for any number of processes at once.

    Keys are made before anything is locked, and written only if the store is still as it was seen.

    Args:
        store: where the keys are.
        sealer: seals their private parts (``keys.private_key.PURPOSE``).
        times: the cache time and the life of what is signed.
        rsa_bits: size of new RSA keys, 2048 or 3072.
    """

    def __init__(self, store: KeyStore, sealer: Sealer, times: KeyTimes, *, rsa_bits: int = 2048) -> None:
        self._store = store
        self._sealer = sealer
        self._times = times
        self._rsa_bits = rsa_bits

    def records(self, now: int) -> list[KeyRecord]:
        """Return every key as it stands at ``now``, oldest first."""
        return self._times.advanced(self._store.load(), now)

    def make_first(self, now: int) -> list[str]:
        """Give each of ``FIRST_ALGORITHMS`` an active key if it has none; return the new ``kid``s."""
        made = []
        present = {record.alg for record in self.records(now) if record.state is KeyState.ACTIVE}
        for alg in FIRST_ALGORITHMS:
            if alg in present:
                continue
            record = self._new(alg, now, KeyState.ACTIVE)
            after = self._change(alg, now, partial(_with_first, new=record))
            made += [record.kid] if record in after else []
        return made

    def plan(self, alg: str, now: int, *, immediate: bool = False) -> RotationPlan:
        """Return what ``rotate`` would do; nothing is made or written.

        Raises:
            UnknownAlgorithm: Paper does not sign with ``alg``.
        """
        require_algorithm(alg)
        return self._plan(self._of(alg, now), alg, now, immediate)

    def rotate(self, alg: str, now: int, *, immediate: bool = False) -> RotationPlan:
        """Publish a new key, which signs once cached JWK sets have expired; or say which is waiting.

        The first key of an algorithm signs at once: nobody has cached another one. So does any with
        ``immediate``, for use after a leak; a key that was waiting is then dropped as well. The old
        key stays published; ``retire`` withdraws it.

        Raises:
            UnknownAlgorithm: Paper does not sign with ``alg``.
            KeysBusy: other processes kept changing the keys.
        """
        plan = self.plan(alg, now, immediate=immediate)
        if plan.makes is None:
            self._change(alg, now, lambda records: records)
            return plan
        new = self._new(alg, now, plan.makes)
        after = self._change(alg, now, lambda records: self._rotated(records, new, immediate))
        if new in after:
            return replace(plan, kid=new.kid)
        return self._plan(after, alg, now, immediate=False)

    def rotate_aged(self, now: int, max_age_seconds: int) -> list[RotationPlan]:
        """Rotate each algorithm whose active key has signed for ``max_age_seconds``; return what was done."""
        records = self.records(now)
        waiting = {record.alg for record in records if record.state is KeyState.NEXT}
        return [
            self.rotate(record.alg, now)
            for record in records
            if record.state is KeyState.ACTIVE
            and record.alg not in waiting
            and now - (record.activated_at or record.created_at) >= max_age_seconds
        ]

    def retire(self, kid: str, now: int) -> KeyRecord | None:
        """Take a key one step towards its end; return it as it stands then, ``None`` if it is gone.

        An active one stops signing, and its algorithm with it, but stays published for as long as what it
        signed lives. One that is next or retired is forgotten: nothing that it signed is believed any more.

        Raises:
            BadKey: no such key, or its algorithm must always have an active key.
            KeysBusy: other processes kept changing the keys.
        """
        alg = next((record.alg for record in self._store.load() if record.kid == kid), None)
        if alg is None:
            raise BadKey("there is no signing key with this kid")
        after = self._change(
            alg, now, lambda records: [kept for r in records for kept in self._step(r, kid, now)]
        )
        return next((record for record in after if record.kid == kid), None)

    def add(self, records: Iterable[KeyRecord], now: int) -> list[str]:
        """Store keys made elsewhere, in the state they have; return each ``kid`` that was not here yet.

        A key takes the place of the active or next one of its algorithm: that one is retired or dropped.

        Raises:
            KeysBusy: other processes kept changing the keys; some may have been stored.
        """
        known = {record.kid for record in self._store.load()}
        added = []
        for record in sorted(records, key=lambda record: record.state):  # "active" first: it drops a "next"
            if record.kid not in known:
                self._change(record.alg, now, partial(self._added, new=record, now=now))
                added.append(record.kid)
        return added

    def _of(self, alg: str, now: int) -> list[KeyRecord]:
        return [record for record in self.records(now) if record.alg == alg]

    def _plan(self, records: list[KeyRecord], alg: str, now: int, immediate: bool) -> RotationPlan:
        active = next((record.kid for record in records if record.state is KeyState.ACTIVE), None)
        waiting = next((record for record in records if record.state is KeyState.NEXT), None)
        if active is None or immediate:
            return RotationPlan(alg=alg, makes=KeyState.ACTIVE, signs_at=now, retires=active)
        if waiting is not None:
            at = self._times.signs_at(waiting)
            return RotationPlan(alg=alg, makes=None, signs_at=at, retires=active, kid=waiting.kid)
        at = now + self._times.cache_seconds + REREAD_SECONDS
        return RotationPlan(alg=alg, makes=KeyState.NEXT, signs_at=at, retires=active)

    def _new(self, alg: str, now: int, state: KeyState) -> KeyRecord:
        private = generate_private_key(alg, self._rsa_bits)
        jwk = public_jwk(private, alg)
        return KeyRecord(
            kid=jwk["kid"],
            alg=alg,
            state=state,
            public_jwk=jwk,
            sealed_private=seal_private_key(private, self._sealer),
            created_at=now,
            activated_at=now if state is KeyState.ACTIVE else None,
        )

    def _rotated(self, records: list[KeyRecord], new: KeyRecord, immediate: bool) -> list[KeyRecord]:
        plan = self._plan(records, new.alg, new.created_at, immediate)
        return self._added(records, new, new.created_at) if plan.makes is new.state else records

    def _added(self, records: list[KeyRecord], new: KeyRecord, now: int) -> list[KeyRecord]:
        if any(record.kid == new.kid for record in records):
            return records
        if new.state is KeyState.RETIRED:
            return [*records, new]
        kept = [record for record in records if record.state is not KeyState.NEXT]
        if new.state is KeyState.ACTIVE:
            kept = [self._times.retired(r, now) if r.state is KeyState.ACTIVE else r for r in kept]
        return [*kept, new]

    def _step(self, record: KeyRecord, kid: str, now: int) -> list[KeyRecord]:
        if record.kid != kid:
            return [record]
        if record.state is not KeyState.ACTIVE:
            return []
        if record.alg in FIRST_ALGORITHMS:
            raise BadKey(f"{record.alg} must always have an active key; rotate it with --now first")
        return [self._times.retired(record, now)]

    def _change(
        self, alg: str, now: int, decide: Callable[[list[KeyRecord]], list[KeyRecord]]
    ) -> list[KeyRecord]:
        """Write what ``decide`` makes of the keys of ``alg``; begin again while others write."""
        for _ in range(_ATTEMPTS):
            seen = [record for record in self._store.load() if record.alg == alg]
            after = _tidied(decide(self._times.advanced(seen, now)), now)
            if after == seen or self._store.replace(alg, seen, after):
                return after
        raise KeysBusy("the signing keys are being changed by other processes; try again")


def _with_first(records: list[KeyRecord], new: KeyRecord) -> list[KeyRecord]:
    has_active = any(record.state is KeyState.ACTIVE for record in records)
    return records if has_active else [*records, new]


def _tidied(records: list[KeyRecord], now: int) -> list[KeyRecord]:
    """Forget private keys that will never sign again, and keys too old to verify a hint."""
    return [
        record if record.is_published(now) else replace(record, sealed_private=b"")
        for record in records
        if record.state is not KeyState.RETIRED or now < (record.unpublish_at or 0) + HINT_SECONDS
    ]
