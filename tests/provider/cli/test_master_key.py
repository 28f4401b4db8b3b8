"""flask master-key."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from keys.key_ring import KeyRing
from keys.master_key import MasterKeys
from keys.private_key import PURPOSE
from keys.promotion import KeyTimes
from keys.rotation import Rotation
from keys.sealed import Sealer
from models.database import Database
from models.grant import Grant
from models.signing_key import SealedValue, SigningKeyRow
from provider.cli.master_key import master_key_cli
from provider.key_store import DatabaseKeyStore
from provider.sealed_values import SEALED_VALUE, secret_value
from tests.conftest import Clock
from tests.databases import SQLiteTemplate


class Operator:
    """Somebody who types flask master-key, on a database with a signing key and a sealed value."""

    def __init__(self, database: Database, clock: Clock, path: Path) -> None:
        self.database = database
        self.clock = clock
        self.path = path
        self.store = DatabaseKeyStore(database)
        self.running = MasterKeys.load_or_create(path)
        Rotation(self.store, Sealer(self.running, PURPOSE), KeyTimes(300)).rotate("ES256", clock())
        self.secret = self.secret_now()
        self.app = Flask("test")
        self.app.extensions["provider"] = SimpleNamespace(
            database=database,
            clock=clock,
            master_keys=self.running,
            settings=SimpleNamespace(master_key_file=path, jwks_cache_seconds=300),
        )

    def types(self, *args: str) -> Result:
        with self.app.app_context():
            return CliRunner().invoke(master_key_cli, args)

    def secret_now(self, master_keys: MasterKeys | None = None) -> bytes:
        return secret_value(self.database, Sealer(master_keys or self.running, SEALED_VALUE), "digest-key")

    def add_grant(self, key_version: int, *, expires_in: int = 100, revoked: bool = False) -> None:
        with self.database.session() as session:
            session.add(
                Grant(
                    id=bytes([key_version, expires_in % 256, revoked]) + bytes(13),
                    client_id="web",
                    scope="openid",
                    resource="",
                    salt=bytes(16),
                    key_version=key_version,
                    generation=1,
                    created_at=self.clock() - 1000,
                    expires_at=self.clock() + expires_in,
                    revoked_at=self.clock() if revoked else None,
                )
            )


@pytest.fixture
def database(sqlite_template: SQLiteTemplate) -> Iterator[Database]:
    """SQLite alone: what the command stands on is tested on every database."""
    with sqlite_template.copy() as url:
        database = Database(url, sqlite_synchronous="NORMAL")
        yield database
        database.dispose()


@pytest.fixture
def operator(database: Database, clock: Clock, tmp_path: Path) -> Operator:
    return Operator(database, clock, tmp_path / "master.key")


def refused(result: Result, *words: str) -> bool:
    """Whether a command said one line, with these words, and exited with 2."""
    one_line = result.exit_code == 2 and len(result.stderr.splitlines()) == 1
    return one_line and all(word in result.stderr for word in words)


def test_rotate_adds_a_key_and_seals_everything_under_it(operator: Operator) -> None:
    """DESIGN: rotate re-seals what it sealed."""
    told = operator.types("rotate")

    assert told.stdout == "master key 2 is the current one; 2 values sealed again\n"
    assert MasterKeys.load(operator.path).versions == (1, 2)
    with operator.database.reading() as session:
        sealed = [session.query(SigningKeyRow).one().sealed_private, session.query(SealedValue).one().sealed]
    assert [value[0] for value in sealed] == [2, 2]


def test_secrets_survive_a_rotation_and_a_drop(operator: Operator) -> None:
    """The digest key stays, or every client secret would be lost; so do the signing keys."""
    operator.types("rotate")
    operator.types("drop", "1")

    alone = MasterKeys.load(operator.path)

    assert alone.versions == (2,)
    assert operator.secret_now(alone) == operator.secret
    ring = KeyRing(operator.store, Sealer(alone, PURPOSE), operator.clock, 300)
    assert ring.active("ES256").alg == "ES256"


def test_a_running_process_follows(operator: Operator) -> None:
    """Its key ring opens what was sealed again, and what it makes next names the new key."""
    ring = KeyRing(operator.store, Sealer(operator.running, PURPOSE), operator.clock, 300)
    ring.published()
    operator.types("rotate")

    operator.clock.advance(seconds=300)

    assert ring.active("ES256").alg == "ES256"
    assert operator.running.current == 2


def test_the_list_shows_what_each_key_holds_up(operator: Operator) -> None:
    """So that an operator knows when a key may be dropped; the keys themselves are never shown."""
    operator.add_grant(1)
    operator.types("rotate")

    listed = operator.types("list", "--json").stdout

    assert json.loads(listed) == [
        {"number": 1, "current": False, "sealed_values": 0, "live_grants": 1},
        {"number": 2, "current": True, "sealed_values": 2, "live_grants": 0},
    ]
    assert [line.split() for line in operator.types("list").stdout.splitlines()[1:]] == [
        ["1", "-", "0", "1"],
        ["2", "yes", "2", "0"],
    ]


def test_a_key_that_a_live_grant_carries_is_not_dropped(operator: Operator) -> None:
    """DESIGN: its codes and refresh tokens are derived from it."""
    operator.add_grant(1)
    operator.types("rotate")

    assert refused(operator.types("drop", "1"), "N", "live grants: 1")
    assert MasterKeys.load(operator.path).versions == (1, 2)


def test_dead_grants_hold_nothing_up(operator: Operator) -> None:
    """Revoked, or expired this second."""
    operator.add_grant(1, revoked=True)
    operator.add_grant(1, expires_in=0)
    operator.types("rotate")

    assert operator.types("drop", "1").stdout == "master key 1 is gone\n"


def test_a_key_that_still_seals_is_not_dropped(operator: Operator) -> None:
    """A process that had not noticed the rotation may have sealed under the old key."""
    operator.types("rotate")
    with operator.database.session() as session:
        session.query(SealedValue).one().sealed = Sealer(MasterKeys({1: bytes(32)}), SEALED_VALUE).seal(b"x")

    assert refused(operator.types("drop", "1"), "N", "rotate again")


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(("drop", "2"), id="current"),
        pytest.param(("drop", "9"), id="unknown"),
        pytest.param(("drop", "x"), id="no-number"),
        pytest.param(("drop",), id="missing"),
        pytest.param(("drop", "-1"), id="negative"),
        pytest.param(("forget",), id="unknown-command"),
    ],
)
def test_bad_input_is_one_line(args: tuple[str, ...], operator: Operator) -> None:
    """DESIGN: exit status 2, nothing written."""
    operator.types("rotate")
    before = operator.path.read_bytes()

    assert refused(operator.types(*args))
    assert operator.path.read_bytes() == before


def test_a_value_that_does_not_open_stops_the_rotation(operator: Operator) -> None:
    """Nothing is written, so that nothing is lost; the value is named."""
    stranger = Sealer(MasterKeys.generate(), SEALED_VALUE)
    with operator.database.session() as session:
        session.query(SealedValue).one().sealed = stranger.seal(b"x")

    result = operator.types("rotate")

    assert result.exit_code == 1
    assert "digest-key cannot be opened" in result.stderr
    assert MasterKeys.load(operator.path).versions == (1,)
    assert operator.store.load()[0].sealed_private[0] == 1


def test_a_file_that_is_open_to_others_is_named(operator: Operator) -> None:
    """With the remedy, in one line."""
    operator.path.chmod(0o644)

    result = operator.types("list")

    assert result.exit_code == 1
    assert "chmod 600" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_create_makes_the_file_and_leaves_one_that_is_there(operator: Operator, tmp_path: Path) -> None:
    """For nodes that are handed a key: no database is needed."""
    path = operator.app.extensions["provider"].settings.master_key_file = tmp_path / "new" / "master.key"

    made = operator.types("create")
    again = operator.types("create")

    assert (made.exit_code, made.stdout) == (0, f"master key 1 is in {path}\n")
    assert MasterKeys.load(path).versions == (1,)
    assert (again.exit_code, again.stderr) == (1, f"Error: {path} exists already\n")
