"""Clients on the hot path: cached, bounded, read afresh in doubt."""

import threading
from typing import Any

import pytest

from models.database import Database, Statement
from tests.builders import READABLE_SECRETS
from tests.conftest import Clock
from validators import clients
from validators.client_directory import ClientDirectory
from validators.clients import ClientRegistry, is_client_id
from validators.secret_digests import SecretDigests

DOCUMENT = {"client_name": "Photos", "redirect_uris": ["https://client.example/cb"]}


@pytest.fixture
def directory(database: Database, clock: Clock) -> ClientDirectory:
    return ClientDirectory(
        database, clock, SecretDigests(bytes(32)), lambda: ("RS256", "ES256"), READABLE_SECRETS
    )


@pytest.fixture
def registry(database: Database, clock: Clock) -> ClientRegistry:
    return ClientRegistry(database, clock, 10)


@pytest.fixture
def reads(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statements that ran on the hot path, in order."""
    statements: list[str] = []
    run = database.run

    def spy(statement: Statement, params: Any) -> list[tuple[Any, ...]]:
        statements.append(statement.sql)
        return run(statement, params)

    monkeypatch.setattr(database, "run", spy)
    return statements


def test_client_is_read_once_while_it_is_young(
    directory: ClientDirectory, registry: ClientRegistry, clock: Clock, reads: list[str]
) -> None:
    """One statement by key on a miss, none until the time is over."""
    directory.create(DOCUMENT, "photos")

    for seconds in (0, 9, 1):
        clock.advance(seconds=seconds)
        client = registry.get("photos")
        assert client is not None
        assert client.client_name == "Photos"

    assert len(reads) == 2


@pytest.mark.parametrize(
    "client_id",
    [
        pytest.param("", id="empty"),
        pytest.param("nul\u0000", id="nul"),
        pytest.param("\ud800", id="lone-surrogate"),
        pytest.param("클라이언트", id="non-ascii"),
        pytest.param(" photos", id="space-at-end"),
        pytest.param("x" * 201, id="over-long"),
    ],
)
def test_what_cannot_be_an_identifier(client_id: str) -> None:
    """RFC 6749 §A.1: VSCHAR alone; the rest never reaches the database."""
    assert not is_client_id(client_id)


def test_unknown_client_is_none(registry: ClientRegistry) -> None:
    """Whatever a request brings, it is an answer and no error."""
    for client_id in ("nobody", "nul\u0000", "\ud800"):
        assert registry.get(client_id) is None
        assert registry.fresh(client_id, None) is None


def test_misses_are_not_cached(directory: ClientDirectory, registry: ClientRegistry) -> None:
    """A client works as soon as it is registered."""
    assert registry.get("photos") is None
    directory.create(DOCUMENT, "photos")

    assert registry.get("photos") is not None


def test_cache_is_bounded(
    directory: ClientDirectory, registry: ClientRegistry, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read longest ago leaves first."""
    monkeypatch.setattr(clients, "MAX_CLIENTS", 2)
    for client_id in ("a", "b", "c"):
        directory.create(DOCUMENT, client_id)

    for client_id in ("a", "b", "c", "b", "a"):
        registry.get(client_id)

    assert len(reads) == 4


def test_doubt_reads_afresh_at_most_once_a_second(
    directory: ClientDirectory, registry: ClientRegistry, clock: Clock, reads: list[str]
) -> None:
    """Wrong secrets in a row do not reach the database; a secret rotated elsewhere works within a second."""
    directory.create(DOCUMENT, "photos")
    old = registry.get("photos")
    directory.rotate_secret("photos")
    assert old is not None

    within_the_second = [registry.fresh("photos", old.version) for _ in range(3)]
    clock.advance(seconds=1)
    later = [registry.fresh("photos", 2) for _ in range(3)]

    assert within_the_second == [old] * 3
    assert [client and client.version for client in later] == [2, 2, 2]
    assert len(reads) == 2


def test_another_version_in_a_row_reads_at_once(
    directory: ClientDirectory, registry: ClientRegistry, reads: list[str]
) -> None:
    """The read of a grant joins the client's version."""
    directory.create(DOCUMENT, "photos")
    registry.get("photos")
    directory.update("photos", {"client_name": "Pictures"})

    client = registry.fresh("photos", 2)

    assert client is not None
    assert client.client_name == "Pictures"
    assert registry.fresh("photos", 2) is client
    assert len(reads) == 2


def test_deleted_client_is_none(directory: ClientDirectory, registry: ClientRegistry, clock: Clock) -> None:
    """RFC 7592 §2.3: its credentials stop working, here within the cache time."""
    directory.create(DOCUMENT, "photos")
    client = registry.get("photos")
    directory.delete("photos")
    clock.advance(seconds=1)

    assert client is not None
    assert registry.fresh("photos", client.version) is None
    assert registry.get("photos") is None


def test_clock_set_back_keeps_nothing_longer(
    directory: ClientDirectory, registry: ClientRegistry, clock: Clock, reads: list[str]
) -> None:
    """An age below zero is no age."""
    directory.create(DOCUMENT, "photos")
    registry.get("photos")
    clock.advance(seconds=-3600)

    registry.get("photos")

    assert len(reads) == 2


def test_threads_share_the_cache(
    directory: ClientDirectory, registry: ClientRegistry, database: Database
) -> None:
    """Readers and the eviction do not trip over each other."""
    for number in range(8):
        directory.create(DOCUMENT, f"client-{number}")
    found: list[bool] = []

    def read_all() -> None:
        found.extend(registry.get(f"client-{number % 8}") is not None for number in range(200))
        database.release()

    threads = [threading.Thread(target=read_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [True] * 800


def test_the_version_that_a_row_names_is_read_only_if_it_is_not_at_hand(
    directory: ClientDirectory, registry: ClientRegistry, clock: Clock, reads: list[str]
) -> None:
    """DESIGN §4: a grant that was just read joins its client's version, so no age matters."""
    directory.create(DOCUMENT, "photos")
    known = [registry.at_version("photos", 1)]

    clock.advance(seconds=3600)
    known.append(registry.at_version("photos", 1))
    directory.update("photos", {"client_name": "Albums"})
    changed = registry.at_version("photos", 2)

    assert known[0] is known[1] is not None
    assert changed is not None
    assert changed.client_name == "Albums"
    assert len(reads) == 2
    assert registry.at_version("nobody", None) is None
