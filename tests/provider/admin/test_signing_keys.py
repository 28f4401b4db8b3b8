"""The keys that sign tokens."""

import pytest

from keys.store import KeyState
from provider.wiring import Services
from tests.browser import Browser
from tests.conftest import Clock
from tests.provider.admin.visit import events_of, look, send, told
from tests.sqlite_only import database_url as database_url


def states_of(services: Services, alg: str) -> list[str]:
    """Return the states of an algorithm's keys, the oldest first."""
    return [each.state for each in services.key_rotation.records(services.clock()) if each.alg == alg]


def test_keys_are_listed(services: Services, desk: Browser) -> None:
    """What signs, since when; no private part."""
    page = look(desk, "/admin/keys")

    for record in services.key_rotation.records(services.clock()):
        assert record.kid in page.require(f"key-{record.kid}").text
    assert page.require("keys").text.count("Signs from: ") == 2


def test_a_rotation_says_what_it_will_do(services: Services, desk: Browser) -> None:
    """Nothing is made before somebody says yes."""
    active = next(each.kid for each in services.key_rotation.records(0) if each.alg == "RS256")

    page = look(desk, "/admin/keys/rotate", alg="RS256", when="cached")

    assert active in page.require("subject").text
    assert "A new key is made. It signs from 2027-01-15T08:0" in page.require("what-follows").text
    assert states_of(services, "RS256") == [KeyState.ACTIVE]


def test_a_key_is_rotated(services: Services, desk: Browser, clock: Clock) -> None:
    """OpenID Connect Core §10.1.1: published first, signing once cached sets have expired."""
    query = {"alg": "ES256", "when": "cached"}

    assert told(desk, send(desk, "/admin/keys/rotate", query)) == "The key is rotated."
    assert states_of(services, "ES256") == [KeyState.ACTIVE, KeyState.NEXT]
    assert "waiting already" in look(desk, "/admin/keys/rotate", **query).require("what-follows").text
    clock.advance(seconds=services.settings.jwks_cache_seconds + 60)
    assert states_of(services, "ES256") == [KeyState.RETIRED, KeyState.ACTIVE]
    (event,) = events_of(services)
    assert '"action": "keys rotate"' in event.details
    assert '"alg": "ES256"' in event.details


def test_after_a_leak_a_key_signs_at_once(services: Services, desk: Browser) -> None:
    """The page says what else is to do."""
    query = {"alg": "ES256", "when": "now"}

    assert "flask keys retire" in look(desk, "/admin/keys/rotate", **query).require("what-follows").text
    send(desk, "/admin/keys/rotate", query)

    assert states_of(services, "ES256") == [KeyState.RETIRED, KeyState.ACTIVE]
    assert '"action": "keys rotate --now"' in events_of(services)[0].details


def test_the_first_key_of_an_algorithm_is_made(services: Services, desk: Browser) -> None:
    """It signs at once: nobody has cached another."""
    send(desk, "/admin/keys/rotate", {"alg": "EdDSA"})

    assert states_of(services, "EdDSA") == [KeyState.ACTIVE]


@pytest.mark.parametrize("alg", ["", "none", "HS256", "rs256"])
def test_there_is_no_other_algorithm(desk: Browser, alg: str) -> None:
    """RFC 8725 §3.1."""
    assert desk.http.get("/admin/keys/rotate", query_string={"alg": alg}).status_code == 404
