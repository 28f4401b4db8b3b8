"""Key sets of others: fetched now and then, kept when that fails."""

import threading
from typing import Any

import pytest

from tests.conftest import Clock
from validators import jwk_sets
from validators.errors import FetchError
from validators.jwk_sets import COOL_DOWN_SECONDS, FRESH_SECONDS, KEPT_SECONDS, JwkSets

URI = "https://client.example/keys"
OLD = {"kty": "EC", "kid": "old"}
NEW = {"kty": "EC", "kid": "new"}


class Publisher:
    """Somebody who publishes keys, and counts who asks."""

    def __init__(self) -> None:
        self.document: Any = {"keys": [OLD]}
        self.asked = 0

    def __call__(self, uri: str) -> Any:
        """Answer, or be out of order."""
        self.asked += 1
        if self.document is None:
            raise FetchError("out of order")
        return self.document


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def sets(publisher: Publisher, clock: Clock) -> JwkSets:
    return JwkSets(publisher, clock)


def test_keys_are_fetched_once_while_fresh(sets: JwkSets, publisher: Publisher, clock: Clock) -> None:
    """Five minutes, then again."""
    for _ in range(3):
        assert sets.keys_at(URI) == [OLD]
        clock.advance(seconds=100)
    assert publisher.asked == 1

    sets.keys_at(URI)

    assert (publisher.asked, FRESH_SECONDS) == (2, 300)


def test_rotated_key_is_found_at_once(sets: JwkSets, publisher: Publisher, clock: Clock) -> None:
    """oidcc-refresh-token-rp-key-rotation: an unknown kid fetches again within the request."""
    sets.keys_at(URI)
    clock.advance(seconds=1)
    publisher.document = {"keys": [NEW]}

    assert sets.keys_at(URI) == [OLD]
    assert sets.keys_at(URI, newer=True) == [NEW]


def test_unknown_kids_are_no_flood(sets: JwkSets, publisher: Publisher, clock: Clock) -> None:
    """Advisory 31: made-up key ids fetch once in ten seconds."""
    sets.keys_at(URI)
    clock.advance(seconds=1)

    for _ in range(50):
        sets.keys_at(URI, newer=True)
    assert publisher.asked == 2
    clock.advance(seconds=COOL_DOWN_SECONDS)
    sets.keys_at(URI, newer=True)

    assert publisher.asked == 3


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(None, id="out-of-order"),
        pytest.param([], id="list"),
        pytest.param({}, id="no-keys"),
        pytest.param({"keys": "x"}, id="keys-text"),
        pytest.param({"keys": [1]}, id="key-number"),
        pytest.param({"keys": [{}] * 101}, id="many"),
    ],
)
def test_failure_keeps_the_old_keys(sets: JwkSets, publisher: Publisher, clock: Clock, document: Any) -> None:
    """Advisory 31: a failed refresh wipes nothing, and is not tried again at once."""
    sets.keys_at(URI)
    clock.advance(seconds=FRESH_SECONDS)
    publisher.document = document

    assert [sets.keys_at(URI, newer=True) for _ in range(5)] == [[OLD]] * 5
    assert publisher.asked == 2

    clock.advance(seconds=KEPT_SECONDS - FRESH_SECONDS)
    assert sets.keys_at(URI) == ()


def test_what_never_was_there_is_empty(sets: JwkSets, publisher: Publisher, clock: Clock) -> None:
    """Nothing is raised; a while later it is tried again."""
    publisher.document = None
    assert [sets.keys_at(URI), sets.keys_at(URI, newer=True)] == [(), ()]
    publisher.document = {"keys": [NEW]}
    clock.advance(seconds=COOL_DOWN_SECONDS)

    assert sets.keys_at(URI) == [NEW]
    assert publisher.asked == 2


def test_sets_are_bounded(sets: JwkSets, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever registers many clients fills no memory; what is used stays."""
    monkeypatch.setattr(jwk_sets, "MAX_SETS", 2)
    for name in ("a", "b", "a", "c"):
        sets.keys_at(f"https://{name}.example/keys")
    asked = publisher.asked

    sets.keys_at("https://a.example/keys")

    assert (asked, publisher.asked) == (3, 3)


def test_threads_fetch_once_together(sets: JwkSets, publisher: Publisher) -> None:
    """Those who come while one fetches wait for it."""
    threads = [threading.Thread(target=sets.keys_at, args=(URI,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert publisher.asked == 1
