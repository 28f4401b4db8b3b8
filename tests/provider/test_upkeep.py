"""What a server process does beside answering."""

from dataclasses import replace

import pytest

from keys.store import KeyState
from models.database import Database
from models.errors import StoreUnavailable
from provider import upkeep
from provider.key_store import DatabaseKeyStore
from provider.upkeep import Upkeep
from provider.wiring import Services


def waiting(services: Services) -> list[str]:
    """Return the algorithms for which a new key is published."""
    records = DatabaseKeyStore(services.database).load()
    return sorted(record.alg for record in records if record.state is KeyState.NEXT)


def test_keys_that_have_signed_for_long_are_rotated_once(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DESIGN §5: by age; a second process, or the next time, finds a key waiting."""
    reported: list[tuple[str, object]] = []
    monkeypatch.setattr(upkeep, "report", lambda event, **details: reported.append((event, details["alg"])))

    Upkeep(services).run_once()
    Upkeep(services).run_once()

    assert waiting(services) == ["ES256", "RS256"]
    assert sorted(reported) == [("signing_key_rotated", "ES256"), ("signing_key_rotated", "RS256")]


def test_an_operator_may_keep_it_to_himself(services: Services) -> None:
    """PAPER_KEY_ROTATION_SECONDS=0."""
    services.settings = replace(services.settings, key_rotation_seconds=0)

    Upkeep(services).run_once()

    assert waiting(services) == []


def test_young_keys_stay(services: Services) -> None:
    """Nothing is due: nothing is written."""
    services.settings = replace(services.settings, key_rotation_seconds=services.clock() + 1)

    Upkeep(services).run_once()

    assert waiting(services) == []


def test_a_dead_database_is_logged_and_tried_again(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The thread lives on."""

    def dead(_: Database) -> None:
        raise StoreUnavailable("no connection")

    with monkeypatch.context() as patched:
        patched.setattr(Database, "reading", dead)
        Upkeep(services).run_once()
    Upkeep(services).run_once()

    assert "signing keys could not be rotated" in caplog.text
    assert waiting(services) == ["ES256", "RS256"]
