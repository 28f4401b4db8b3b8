"""flask keys."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from keys import base64url
from keys.algorithms import generate_private_key
from keys.jwks import private_jwk
from keys.key_ring import KeyRing
from keys.master_key import MasterKeys
from keys.private_key import PURPOSE
from keys.promotion import KeyTimes
from keys.rotation import Rotation
from keys.sealed import Sealer
from models.database import Database
from provider.cli.keys import keys_cli
from provider.key_store import DatabaseKeyStore
from tests.conftest import Clock
from tests.databases import SQLiteTemplate
from validators.audit_trail import AuditTrail
from validators.secret_digests import SecretDigests

CACHE = 300


class Operator:
    """Somebody who types flask keys."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.store = DatabaseKeyStore(database)
        self.clock = clock
        self.app = Flask("test")
        master_keys = MasterKeys.generate()
        self.sealer = Sealer(master_keys, PURPOSE)
        self.app.extensions["provider"] = SimpleNamespace(
            database=database,
            clock=clock,
            master_keys=master_keys,
            settings=SimpleNamespace(jwks_cache_seconds=CACHE),
            audit_trail=AuditTrail(database, SecretDigests(bytes(32)), clock, 86400),
        )

    def types(self, *args: str, stdin: str | None = None) -> Result:
        with self.app.app_context():
            return CliRunner().invoke(keys_cli, args, input=stdin)

    def keys(self) -> dict[str, list[str]]:
        """Return the kids by algorithm and state."""
        found: dict[str, list[str]] = {}
        for key in json.loads(self.types("list", "--json").stdout):
            found.setdefault(f"{key['alg']} {key['state']}", []).append(key["kid"])
        return found


@pytest.fixture
def database(sqlite_template: SQLiteTemplate) -> Iterator[Database]:
    """SQLite alone: what the command stands on is tested on every database."""
    with sqlite_template.copy() as url:
        database = Database(url, sqlite_synchronous="NORMAL")
        yield database
        database.dispose()


@pytest.fixture
def operator(database: Database, clock: Clock) -> Operator:
    """On a database that has an ES256 key."""
    operator = Operator(database, clock)
    Rotation(operator.store, operator.sealer, KeyTimes(CACHE)).rotate("ES256", clock())
    return operator


def refused(result: Result) -> bool:
    """Whether a command said one line and exited with 2."""
    return result.exit_code == 2 and len(result.stderr.splitlines()) == 1 and not result.stdout


def test_the_list_names_each_key_and_no_secret(operator: Operator) -> None:
    """DESIGN: lists take --json."""
    (key,) = json.loads(operator.types("list", "--json").stdout)

    assert key == {
        "kid": operator.keys()["ES256 active"][0],
        "alg": "ES256",
        "state": "active",
        "created_at": operator.clock(),
        "activated_at": operator.clock(),
        "retired_at": None,
        "unpublish_at": None,
    }


def test_the_list_is_also_a_table(operator: Operator) -> None:
    """For people: when a waiting key begins to sign."""
    operator.clock.advance(seconds=1)
    operator.types("rotate", "--alg", "ES256")

    heading, active, waiting = operator.types("list").stdout.splitlines()

    assert heading.split()[:3] == ["KID", "ALG", "STATE"]
    assert active.split()[1:3] == ["ES256", "active"]
    assert waiting.split()[1:3] == ["ES256", "next"]
    assert "2027-01-15 08:05:02Z" in waiting


def test_rotate_publishes_a_key_that_signs_later(operator: Operator) -> None:
    """DESIGN: what is promoted has been published for the cache time."""
    (old,) = operator.keys()["ES256 active"]

    told = operator.types("rotate", "--alg", "ES256")

    (new,) = operator.keys()["ES256 next"]
    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        f"ES256: {new} signs from 2027-01-15 08:05:01Z",
        f"ES256: {old} is retired then, and shown while what it signed lives",
    ]
    operator.clock.advance(seconds=CACHE + 1)
    assert operator.keys() == {"ES256 active": [new], "ES256 retired": [old]}


def test_rotating_again_says_which_key_waits(operator: Operator) -> None:
    """Safe to repeat."""
    operator.types("rotate", "--alg", "ES256")
    (new,) = operator.keys()["ES256 next"]

    again = operator.types("rotate", "--alg", "ES256")

    assert again.stdout == f"ES256: {new} is waiting already and signs from 2027-01-15 08:05:01Z\n"


def test_rotate_now_signs_at_once(operator: Operator) -> None:
    """DESIGN: for after a leak. The running ring follows within its cache time."""
    (old,) = operator.keys()["ES256 active"]
    ring = KeyRing(operator.store, operator.sealer, operator.clock, CACHE)
    assert ring.active("ES256").kid == old

    operator.types("rotate", "--alg", "ES256", "--now")
    operator.clock.advance(seconds=CACHE)

    assert [ring.active("ES256").kid] == operator.keys()["ES256 active"]
    assert operator.keys()["ES256 retired"] == [old]
    assert len(ring.published()) == 2


@pytest.mark.slow
def test_a_longer_rsa_key_may_be_asked_for(operator: Operator) -> None:
    """RFC 7518 §3.3: 2048 bits or more."""
    operator.types("rotate", "--alg", "RS256", "--rsa-bits", "3072")

    (modulus,) = (record.public_jwk["n"] for record in operator.store.load() if record.alg == "RS256")
    assert len(base64url.decode(modulus)) * 8 == 3072


@pytest.mark.parametrize("options", [(), ("--now",), ("--alg", "EdDSA")])
def test_a_dry_run_changes_nothing(options: tuple[str, ...], operator: Operator) -> None:
    """The plan is printed."""
    before = operator.store.load()

    told = operator.types("rotate", "--dry-run", *options)

    assert told.exit_code == 0
    assert "a new key signs from" in told.stdout
    assert operator.store.load() == before


def test_a_leaked_key_is_withdrawn(operator: Operator) -> None:
    """After rotate --now: it leaves the JWK set and verifies nothing."""
    (old,) = operator.keys()["ES256 active"]
    operator.types("rotate", "--alg", "ES256", "--now")

    told = operator.types("retire", old)

    assert told.exit_code == 0
    assert old not in operator.types("list").stdout


def test_an_algorithm_is_ended(operator: Operator) -> None:
    """The active key of an algorithm that is not required."""
    operator.types("rotate", "--alg", "EdDSA")
    (kid,) = operator.keys()["EdDSA active"]

    told = operator.types("retire", kid)

    assert told.stdout.startswith(f"{kid} is retired and shown until 2027-01-16")
    assert operator.keys()["EdDSA retired"] == [kid]


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(("rotate", "--alg", "HS256"), id="symmetric"),
        pytest.param(("rotate", "--alg", "none"), id="none"),
        pytest.param(("rotate", "--rsa-bits", "1024"), id="weak-rsa"),
        pytest.param(("rotate", "--when", "now"), id="unknown-option"),
        pytest.param(("retire",), id="no-kid"),
        pytest.param(("retire", "unknown"), id="unknown-kid"),
        pytest.param(("retire", "-begins-with-a-dash"), id="dash"),
        pytest.param(("import", "/nowhere/keys.json"), id="no-file"),
        pytest.param(("import", "-"), id="empty-import"),
        pytest.param(("exchange",), id="unknown-command"),
    ],
)
def test_bad_input_is_one_line(args: tuple[str, ...], operator: Operator) -> None:
    """DESIGN: one line that names the option and what is allowed, exit status 2, nothing written."""
    before = operator.store.load()

    result = operator.types(*args, stdin="")

    assert refused(result), result.output
    assert operator.store.load() == before


def test_the_required_algorithms_cannot_be_ended(operator: Operator) -> None:
    """OpenID Connect Core §15.1 for RS256; access tokens need ES256."""
    (kid,) = operator.keys()["ES256 active"]

    result = operator.types("retire", kid)

    assert refused(result)
    assert "--now" in result.stderr


def test_keys_move_to_another_installation(operator: Operator, clock: Clock, database: Database) -> None:
    """The imported key signs at once; the one that was there stays published."""
    document = operator.types("export").stdout
    (moved,) = operator.keys()["ES256 active"]
    operator.store.replace("ES256", operator.store.load(), [])
    there = Operator(database, clock)
    there.types("rotate", "--alg", "ES256")
    (first,) = there.keys()["ES256 active"]

    told = there.types("import", "-", stdin=document)
    again = there.types("import", "-", stdin=document)

    assert (told.stdout, again.stdout) == ("1 added, 0 here already\n", "0 added, 1 here already\n")
    assert there.keys() == {"ES256 active": [moved], "ES256 retired": [first]}
    ring = KeyRing(there.store, there.sealer, clock, CACHE)
    assert ring.active("ES256").kid == moved


def test_public_keys_are_exported_without_secrets(operator: Operator) -> None:
    """As /jwks shows them."""
    (key,) = json.loads(operator.types("export", "--public").stdout)["keys"]

    assert sorted(key) == ["alg", "crv", "kid", "kty", "use", "x", "y"]


@pytest.mark.security
def test_private_keys_are_not_printed_on_a_terminal(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would stay in its scroll-back."""
    monkeypatch.setattr("provider.cli.keys.is_terminal", lambda: True)

    assert refused(operator.types("export"))


@pytest.mark.parametrize(
    "changes",
    [pytest.param({"alg": "HS256"}, id="alg"), pytest.param({"d": "!"}, id="private-part")],
)
def test_a_bad_key_imports_nothing(changes: dict[str, Any], operator: Operator) -> None:
    """Nor the good one before it."""
    good = private_jwk(generate_private_key("EdDSA"), "EdDSA")
    before = operator.store.load()

    result = operator.types("import", "-", stdin=json.dumps({"keys": [good, {**good, **changes}]}))

    assert refused(result), result.output
    assert "key 2" in result.stderr
    assert operator.store.load() == before
