"""Databases that earlier versions left: after the upgrade everything that was given out still works.

Each file of ``databases/`` was written by ``tests/deploy/earlier.py`` with the code of its time.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from keys.master_key import MasterKeys
from models.database import Database
from provider import migrate
from provider.backup.lines import Head, lines_of, read_head, store
from provider.factory import create_app
from provider.setting_kinds import CHECKOUT
from provider.settings import Settings
from provider.wiring import Services
from tests.browser import Browser, answer_of
from tests.builders import REDIRECT_URI
from tests.conftest import Clock
from tests.deploy.earlier import DATABASES, DEVICE, SCOPE
from tests.device import approve
from tests.running import QUICK_PASSWORDS

pytestmark = pytest.mark.journey

FILES = sorted(DATABASES.glob("*.json"))


@dataclass
class Left:
    """A database as an earlier version left it, upgraded.

    Attributes:
        head: what is known of it.
        lines: everything that it held, as a backup has it.
        held: what people and clients hold.
        database: where it is.
        services: this version's objects over it, a few seconds later.
    """

    head: Head
    lines: list[Any]
    held: dict[str, Any]
    database: Database
    services: Services

    @property
    def http(self) -> FlaskClient:
        return create_app(services=self.services).test_client()

    def redeem(self, **form: str) -> TestResponse:
        client = self.held["clients"]["web"]
        values = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI} | form
        return self.http.post("/token", data=values, auth=(client["client_id"], client["client_secret"]))

    def refresh(self, token: str) -> TestResponse:
        return self.redeem(grant_type="refresh_token", refresh_token=token)


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def left(
    request: pytest.FixtureRequest, settings: Settings, database_url: str, catalogs: None
) -> Iterator[Left]:
    text = json.loads(request.param.read_text())
    lines = [json.dumps(line).encode() for line in text["lines"]]
    head = read_head(lines[0])
    database = Database(database_url, sqlite_synchronous="NORMAL")
    migrate.downgrade(database, head.revision)
    with database.session() as session:
        store(session.connection(), lines[1:])
    MasterKeys(head.master_keys).save(settings.master_key_file)
    migrate.upgrade(database)
    services = Services(
        Settings(
            issuer=head.issuer,
            database_url=database_url,
            master_key_file=settings.master_key_file,
            code_seconds=600,
            sqlite_synchronous="NORMAL",
        ),
        clock=Clock(head.created_at + 5),
        passwords=QUICK_PASSWORDS,
    )
    yield Left(head, text["lines"], text["held"], database, services)
    services.database.dispose()
    database.dispose()


def flask(settings: Settings, database_url: str, *arguments: str) -> str:
    """Run ``flask db``, as an operator does; return what it prints."""
    environ = {"PAPER_DATABASE_URL": database_url, "PAPER_MASTER_KEY_FILE": str(settings.master_key_file)}
    command = [sys.executable, "-m", "flask", "db", *arguments]
    done = subprocess.run(command, cwd=CHECKOUT, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_clients_refresh_tokens_and_access_tokens_are_good(left: Left) -> None:
    """A secret proves its client, a refresh token gives the next tokens, UserInfo answers the old one."""
    tokens = left.held["tokens"]
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}

    told = left.http.get("/userinfo", headers=bearer)
    first = left.refresh(tokens["refresh_token"])
    second = left.refresh(first.get_json()["refresh_token"])

    assert told.get_json()["email"] == "ada@example.org"
    assert (first.status_code, second.status_code) == (200, 200)


def test_a_client_whose_secret_is_computed_with_is_known(left: Left) -> None:
    """OpenID Connect Core §9: what was sealed under the master key opens."""
    client = left.held["clients"]["computed"]
    now = left.services.clock()
    claims = {"iss": client["client_id"], "sub": client["client_id"], "aud": left.head.issuer}
    assertion = jwt.encode(
        claims | {"jti": "once", "iat": now, "exp": now + 60}, client["client_secret"], algorithm="HS256"
    )
    form = {
        "grant_type": "authorization_code",
        "code": left.held["unused_code"],
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    }

    answer = left.http.post("/token", data=form)

    assert answer.get_json()["error"] == "invalid_grant"  # it is known; the code is another client's


def test_people_are_signed_in_and_have_allowed_what_they_had(left: Left) -> None:
    """The old cookies and the old consent are enough: nobody is asked anything."""
    http = left.http
    for name, value in left.held["cookies"].items():
        http.set_cookie(name, value)
    query = {
        "response_type": "code",
        "client_id": left.held["clients"]["web"]["client_id"],
        "redirect_uri": REDIRECT_URI,
        "scope": SCOPE,
        "prompt": "none",
        "id_token_hint": left.held["tokens"]["id_token"],
    }

    answer = answer_of(http.get(f"/authorize?{urlencode(query)}"))

    assert left.redeem(code=answer["code"]).status_code == 200


def test_a_code_is_good_once(left: Left) -> None:
    """RFC 6749 §4.1.2: the unspent one redeems; the spent one is a replay, which ends its grant."""
    unspent = left.redeem(code=left.held["unused_code"])
    replayed = left.redeem(code=left.held["spent_code"])

    assert unspent.status_code == 200
    assert replayed.get_json()["error"] == "invalid_grant"
    assert left.refresh(left.held["refresh_token_of_spent_code"]).get_json()["error"] == "invalid_grant"
    assert left.refresh(unspent.get_json()["refresh_token"]).status_code == 200


def test_a_replayed_refresh_token_is_noticed(left: Left) -> None:
    """RFC 9700 §4.14.2: spent before the upgrade and presented after it, past the grace."""
    left.services.clock.advance(seconds=60)  # type: ignore[attr-defined]

    replayed = left.refresh(left.held["spent_refresh_token"])

    assert replayed.get_json()["error"] == "invalid_grant"
    assert left.refresh(left.held["refresh_token_after_it"]).get_json()["error"] == "invalid_grant"


def test_a_device_that_waits_gets_its_tokens(left: Left) -> None:
    """RFC 8628: begun before, allowed after the upgrade, by a person who signs in with the old password."""
    http, codes = left.http, left.held["device"]
    approve(Browser(http), codes)
    form = {
        "grant_type": DEVICE,
        "device_code": codes["device_code"],
        "client_id": left.held["clients"]["television"]["client_id"],
    }

    assert http.post("/token", data=form).status_code == 200


def test_keys_that_signed_before_are_published(left: Left) -> None:
    """An ID token of the time before verifies with what /jwks shows now."""
    token = left.held["tokens"]["id_token"]
    keys = jwt.PyJWKSet.from_dict(left.http.get("/jwks").get_json())

    claims = jwt.decode(
        token,
        keys[jwt.get_unverified_header(token)["kid"]],
        algorithms=["RS256"],
        audience=left.held["clients"]["web"]["client_id"],
        options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
    )

    assert claims["iss"] == left.head.issuer


def test_the_way_back_keeps_every_row(left: Left, settings: Settings) -> None:
    """``flask db downgrade`` to the revision of the time, by an operator: no row is lost, and up again."""
    url = left.services.settings.database_url

    down = flask(settings, url, "downgrade", left.head.revision)
    with left.database.snapshot() as connection:
        lines = [json.loads(line) for line in lines_of(connection, left.head)]
    up = flask(settings, url, "upgrade")

    then, now = left.head.revision, migrate.newest()
    assert down == f"{now} -> {then}\n"
    assert up == (f"already at {now}\n" if now == then else f"{then} -> {now}\n")
    assert sorted(map(repr, lines)) == sorted(map(repr, left.lines))
    assert left.refresh(left.held["tokens"]["refresh_token"]).status_code == 200
