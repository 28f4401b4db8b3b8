"""Exports in which a member is not what it should be: one clear line, or what is left out."""

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from provider.cli.configuration import import_cli
from tests.provider.configuration.conftest import Commands, refusal_of
from tests.provider.configuration.foreign.conftest import exported
from tests.sqlite_only import database_url as database_url

pytestmark = pytest.mark.security

ODD: list[Any] = [
    *(
        None,
        True,
        -1,
        float("nan"),
        "",
        " ",
        "@",
        "@a",
        "\ud800",
        "\x00",
        "https://[",
        "https://a.example:x/",
    ),
    *([], [None], [[]], ["\ud800"], [{}], {}, {"a": None}, {"a": []}, "[]", "{}", "[[", '{"a": 1}'),
]


def places(value: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value within ``value``."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield (key,)
        yield from ((key, *rest) for rest in places(each))


def put(document: Any, way: tuple[Any, ...], value: Any) -> Any:
    """Return a copy with ``value`` in one place."""
    changed = copy.deepcopy(document)
    holder = changed
    for key in way[:-1]:
        holder = holder[key]
    holder[way[-1]] = value
    return changed


def small_realm() -> dict[str, Any]:
    """Return a client, a scope and a person of the realm."""
    realm = exported("keycloak.json")
    found: dict[str, Any] = {"realm": realm["realm"]}
    for member, name, wanted in (("clients", "clientId", "shop"), ("users", "username", "ada")):
        found[member] = [each for each in realm[member] if each.get(name) == wanted]
    found["clientScopes"] = [each for each in realm["clientScopes"] if each.get("name") == "orders"]
    assert all(found.values())
    return found


def small_dump() -> list[Any]:
    """Return an application and a person of the dump."""
    dump = exported("django-oauth-toolkit.json")
    found = {
        next((m for m in ("authorization_grant_type", "username") if m in each["fields"]), ""): each
        for each in dump
    }
    return [found["authorization_grant_type"], found["username"]]


@pytest.mark.parametrize(
    ("source", "document"),
    [
        pytest.param("keycloak", small_realm(), id="keycloak"),
        pytest.param("django-oauth-toolkit", small_dump(), id="django-oauth-toolkit"),
    ],
)
def test_an_odd_value_is_refused_or_left_out(commands: Commands, source: str, document: Any) -> None:
    """Never an exception."""
    wrong = []
    for way in places(document):
        for value in ODD:
            stdin = json.dumps(put(document, way, value))
            result = commands.run(import_cli, "-", "--from", source, "--convert", stdin=stdin)
            if result.exception is not None and not isinstance(result.exception, SystemExit):
                wrong.append((way, value, repr(result.exception)))
            elif result.exit_code:
                assert refusal_of(result)
    assert wrong == []


def test_many_people_take_no_longer_each(commands: Commands) -> None:
    """Each name is compared with a set: the work grows with their number, not with its square."""
    realm = small_realm() | {
        "users": [{"username": f"p{n}", "email": f"p{n}@example.org"} for n in range(4000)]
    }
    began = time.process_time()

    result = commands.run(import_cli, "-", "--from", "keycloak", "--convert", stdin=json.dumps(realm))

    assert time.process_time() - began < 10
    assert len(json.loads(result.stdout)["people"]) == 4000
