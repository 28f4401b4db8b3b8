"""Keys on their way to another machine."""

from collections.abc import Callable
from typing import Any

import pytest

from keys.errors import BadKey
from keys.jwks import private_jwk, public_jwk, thumbprint
from keys.master_key import MasterKeys
from keys.private_key import PURPOSE, open_private_key
from keys.promotion import KeyTimes
from keys.sealed import Sealer
from keys.store import KeyRecord, KeyState
from keys.transfer import exported, imported
from tests.conftest import Clock

TIMES = KeyTimes(300, 3600)
MakeRecord = Callable[..., KeyRecord]


def test_keys_reach_another_installation_as_they_are(
    make_record: MakeRecord, sealer: Sealer, clock: Clock
) -> None:
    """RFC 7517 §5; another master key, the same keys. A retired one leaves its private half behind."""
    there = Sealer(MasterKeys.generate(), PURPOSE)
    records = [
        make_record("RS256", activated_at=clock() - 9, created_at=clock() - 10),
        make_record("ES256", KeyState.NEXT),
        make_record(
            "EdDSA", KeyState.RETIRED, created_at=1, retired_at=clock() - 3, unpublish_at=clock() + 7
        ),
    ]

    document = exported(records, sealer)
    arrived = imported(document, there, TIMES, clock())

    for before, after in zip(records, arrived, strict=True):
        assert (after.kid, after.state, after.created_at) == (before.kid, before.state, before.created_at)
        assert (after.retired_at, after.unpublish_at) == (before.retired_at, before.unpublish_at)
    assert "d" not in document["keys"][2]
    assert open_private_key(arrived[0].sealed_private, there, kid=arrived[0].kid, alg="RS256")


def test_a_key_of_another_tool_comes_in_as_next(
    private_keys: dict[str, Any], sealer: Sealer, clock: Clock
) -> None:
    """RFC 7638: its kid is its thumbprint, whatever it was called."""
    jwk = {**private_jwk(private_keys["ES256"], "ES256"), "kid": "old-name", "key_ops": ["sign"]}

    (record,) = imported({"keys": [jwk]}, sealer, TIMES, clock())

    assert (record.state, record.created_at) == (KeyState.NEXT, clock())
    assert record.kid == thumbprint(jwk)
    assert "d" not in record.public_jwk


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"keys": {}},
        {"keys": []},
        {"keys": ["text"]},
        {"keys": [{}]},
        {"keys": [None]},
        "text",
        5,
    ],
)
def test_anything_but_a_key_set_is_refused(document: object, sealer: Sealer, clock: Clock) -> None:
    """RFC 7517 §5."""
    with pytest.raises(BadKey):
        imported(document, sealer, TIMES, clock())


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"alg": "ES384"}, id="alg-of-another-curve"),
        pytest.param({"alg": None}, id="no-alg"),
        pytest.param({"paper_state": "current"}, id="unknown-state"),
        pytest.param({"paper_state": ["active"]}, id="list-for-state"),
        pytest.param({"paper_state": "active", "paper_created_at": "today"}, id="text-for-time"),
        pytest.param({"paper_state": "active", "paper_activated_at": -1}, id="negative-time"),
        pytest.param({"paper_state": "retired", "paper_unpublish_at": 2**60}, id="time-out-of-range"),
        pytest.param({"d": "AAAA"}, id="wrong-private-part"),
        pytest.param({"crv": "P-384"}, id="wrong-curve"),
    ],
)
def test_a_wrong_key_is_refused_by_its_position(
    changes: dict[str, Any], private_keys: dict[str, Any], sealer: Sealer, clock: Clock
) -> None:
    """Nothing is imported then; the message names the key and no secret."""
    good = private_jwk(private_keys["ES256"], "ES256")

    with pytest.raises(BadKey, match="key 2") as refusal:
        imported({"keys": [good, {**good, **changes}]}, sealer, TIMES, clock())

    assert good["d"] not in str(refusal.value)


@pytest.mark.parametrize("state", ["active", "next"])
def test_a_key_that_is_to_sign_needs_its_private_half(
    state: str, private_keys: dict[str, Any], sealer: Sealer, clock: Clock
) -> None:
    """RFC 7518 §6.2.2."""
    jwk = {**public_jwk(private_keys["ES256"], "ES256"), "paper_state": state}

    with pytest.raises(BadKey, match="private"):
        imported({"keys": [jwk]}, sealer, TIMES, clock())


def test_one_algorithm_has_one_active_key(private_keys: dict[str, Any], sealer: Sealer, clock: Clock) -> None:
    """DESIGN: one key per algorithm."""
    jwk = {**private_jwk(private_keys["ES256"], "ES256"), "paper_state": "active"}

    with pytest.raises(BadKey, match="both active"):
        imported({"keys": [jwk, jwk]}, sealer, TIMES, clock())
