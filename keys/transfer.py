"""Signing keys on their way to another machine: a JWK set with private keys (RFC 7517 §5)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from keys.errors import BadKey, KeysError
from keys.jwks import key_from_jwk, private_jwk, public_jwk
from keys.private_key import open_private_key, seal_private_key
from keys.promotion import KeyTimes
from keys.sealed import Sealer
from keys.store import KeyRecord, KeyState

STATE = "paper_state"
TIMES = ("created_at", "activated_at", "retired_at", "unpublish_at")


def exported(records: Sequence[KeyRecord], sealer: Sealer) -> dict[str, Any]:
    """Return a JWK set: keys in use with their private members in clear, retired ones without.

    Raises:
        BadSeal: a private key does not open.
    """
    return {"keys": [_exported(record, sealer) for record in records]}


def imported(document: object, sealer: Sealer, times: KeyTimes, now: int) -> list[KeyRecord]:
    """Return the keys of a JWK set, sealed and ready for ``Rotation.add``.

    A key without a state of ours, made by somebody else's tool, comes in as next. Its ``kid`` is made anew.

    Raises:
        BadKey: the document is no JWK set or names two active keys of one algorithm; or a key, named by
            its position, is malformed, too weak, or lacks its algorithm or its private part.
    """
    keys = document.get("keys") if isinstance(document, Mapping) else None
    if not isinstance(keys, list) or not keys:
        raise BadKey("expected a JWK set: an object with a list of keys")
    records = []
    for position, jwk in enumerate(keys, start=1):
        if not isinstance(jwk, Mapping):
            raise BadKey(f"key {position} is not an object")
        try:
            records.append(_imported(jwk, sealer, times, now))
        except KeysError as error:
            raise BadKey(f"key {position}: {error}") from error
    for state in (KeyState.ACTIVE, KeyState.NEXT):
        algs = [record.alg for record in records if record.state is state]
        if len(set(algs)) < len(algs):
            raise BadKey(f"two keys of one algorithm are both {state}")
    return records


def _exported(record: KeyRecord, sealer: Sealer) -> dict[str, Any]:
    jwk = record.public_jwk
    if record.state is not KeyState.RETIRED:
        private = open_private_key(record.sealed_private, sealer, kid=record.kid, alg=record.alg)
        jwk = private_jwk(private, record.alg)
    times = {f"paper_{name}": getattr(record, name) for name in TIMES if getattr(record, name) is not None}
    return {**jwk, STATE: record.state.value, **times}


def _imported(jwk: Mapping[str, Any], sealer: Sealer, times: KeyTimes, now: int) -> KeyRecord:
    try:
        state = KeyState(jwk.get(STATE, KeyState.NEXT))
    except ValueError:
        raise BadKey(f"{STATE} is one of {', '.join(KeyState)}") from None
    key = key_from_jwk(jwk)
    is_private = hasattr(key, "public_key")
    if state is not KeyState.RETIRED and not is_private:
        raise BadKey("its private members are missing")
    public = public_jwk(key, str(jwk["alg"]))
    record = KeyRecord(
        kid=public["kid"],
        alg=public["alg"],
        state=state,
        public_jwk=public,
        sealed_private=b"" if state is KeyState.RETIRED else seal_private_key(key, sealer),
        created_at=now if state is KeyState.NEXT else _time(jwk, "created_at", now),
    )
    if state is KeyState.ACTIVE:
        return times.activated(record, _time(jwk, "activated_at", now))
    return record if state is KeyState.NEXT else _retired(record, jwk, times, now)


def _retired(record: KeyRecord, jwk: Mapping[str, Any], times: KeyTimes, now: int) -> KeyRecord:
    retired = times.retired(record, _time(jwk, "retired_at", now))
    return replace(retired, unpublish_at=_time(jwk, "unpublish_at", retired.unpublish_at or now))


def _time(jwk: Mapping[str, Any], name: str, default: int) -> int:
    value = jwk.get(f"paper_{name}", default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        raise BadKey(f"paper_{name} is a NumericDate")
    return value
