"""Every statement of the hot path finds its rows by a primary key or a unique index, on both databases."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.sql.base import Executable

from models.database import Database, Statement
from provider.wiring import Services
from tests.browser import Browser, client_request, redeem, refresh, token_request
from tests.builders import make_client
from tests.device import make_confidential_device

pytestmark = pytest.mark.journey

CACHED_WHOLE = ("scopes", "authorization_types", "resources", "trusted_issuers")
"""Small tables that an operator fills; they are read whole, once in a while."""

COMPILED = 24
"""How many statements are written for the hot path; a new one must be looked at here too."""
NOT_UNIQUE = {"ix_backchannel_requests_user_id"}
"""Indexes under which one person has as many rows as they have been asked for at the moment."""
INDEX = re.compile(r"(?:INDEX|using) (\w+)")
PLACEHOLDER = re.compile(r"%\((\w+)\)s")

Ran = dict[str, Mapping[str, Any]]


@pytest.fixture
def ran(services: Services, monkeypatch: pytest.MonkeyPatch) -> Ran:
    """The statements that the hot path ran, each with the values of its last time."""
    found: Ran = {}
    run = services.database.run

    def record(statement: Statement, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        found[statement.sql] = {**statement.constants, **params}
        return run(statement, params)

    monkeypatch.setattr(services.database, "run", record)
    return found


def plan_of(database: Database, sql: str, params: Mapping[str, Any]) -> list[str]:
    """Return the lines of a statement's plan; PostgreSQL is made to prefer indexes."""
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    with database.reading() as session:
        connection = session.connection()
        if not database.is_sqlite:
            connection.exec_driver_sql("SET enable_seqscan = off")
        rows = connection.exec_driver_sql(explain + sql, dict(params)).all()
        if not database.is_sqlite:
            connection.exec_driver_sql("RESET enable_seqscan")
    return [str(row[-1]) for row in rows]


def walks(database: Database, plans: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """Return the lines of plans that read a whole table, save those that are meant to."""
    word = "SCAN " if database.is_sqlite else "Seq Scan on "
    return [
        (line, sql)
        for sql, lines in plans.items()
        for line in lines
        if word in line and line.partition(word)[2].split()[0] not in CACHED_WHOLE
    ]


def test_hot_statements_use_indexes(
    services: Services, http: FlaskClient, signed_in: Browser, ran: Ran
) -> None:
    """DESIGN §8: the same cost at ten million grants as at a thousand."""
    client, secret = make_client(
        services, grant_types=["authorization_code", "refresh_token", "client_credentials"]
    )
    code = signed_in.code_for(client, scope="openid email offline_access")
    tokens = redeem(http, client, secret, code).get_json()
    tokens = refresh(http, client, secret, tokens["refresh_token"]).get_json()
    http.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    client_request(http, "/introspect", client, secret, token=tokens["access_token"])
    client_request(http, "/introspect", client, secret, token=tokens["refresh_token"])
    own = token_request(http, client, secret, grant_type="client_credentials").get_json()
    client_request(http, "/introspect", client, secret, token=own["access_token"])
    client_request(http, "/revoke", client, secret, token=tokens["access_token"])
    client_request(http, "/revoke", client, secret, token=tokens["refresh_token"])
    device = make_confidential_device(services, http)
    device.poll(device.codes(scope="openid"))

    plans = {sql: plan_of(services.database, sql, params) for sql, params in ran.items()}

    assert walks(services.database, plans) == []
    assert len(plans) >= 8
    assert any("grants" in line for lines in plans.values() for line in lines)


@pytest.fixture
def compiled(services: Services, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The statements that a provider holds ready, whichever requests come."""
    found: set[str] = set()
    compile_statement = Database.compile

    def record(database: Database, statement: Executable) -> Statement:
        found.add(compile_statement(database, statement).sql)
        return compile_statement(database, statement)

    monkeypatch.setattr(Database, "compile", record)
    fresh = Services(services.settings, clock=services.clock, master_keys=services.master_keys)
    for name in dir(Services):
        getattr(fresh, name)
    fresh.database.dispose()
    return found


def generic_plan(database: Database, sql: str) -> list[str]:
    """Return the lines of the plan that serves whatever the values are."""
    if database.is_sqlite:
        names = re.findall(r":(\w+)", sql)
        return plan_of(database, sql, dict.fromkeys(names))
    names = list(dict.fromkeys(PLACEHOLDER.findall(sql)))
    numbered = PLACEHOLDER.sub(lambda found: f"${names.index(found[1]) + 1}", sql)
    values = f"({', '.join(['NULL'] * len(names))})" if names else ""
    with database.reading() as session:
        connection = session.connection()
        connection.exec_driver_sql("SET plan_cache_mode = force_generic_plan")
        connection.exec_driver_sql("SET enable_seqscan = off")
        connection.exec_driver_sql(f"PREPARE looked_at AS {numbered}")
        rows = connection.exec_driver_sql(f"EXPLAIN EXECUTE looked_at{values}").all()
        connection.exec_driver_sql("DEALLOCATE looked_at")
        connection.exec_driver_sql("RESET ALL")
    return [str(row[-1]) for row in rows]


def drop_other_indexes(database: Database) -> None:
    """Leave PostgreSQL those that may be used: where tables are tiny it takes now this one, now that."""
    if database.is_sqlite:
        return
    with database.session() as session:
        found = session.connection().exec_driver_sql(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisunique"
        )
        for name in set(found.scalars()) - NOT_UNIQUE:
            if name.startswith("ix_"):
                session.connection().exec_driver_sql(f"DROP INDEX {name}")


def test_every_statement_that_is_held_ready_uses_indexes(services: Services, compiled: set[str]) -> None:
    """Not only those of the usual flows: devices, backchannel requests, assertions, sign-ins."""
    drop_other_indexes(services.database)
    plans = {sql: generic_plan(services.database, sql) for sql in sorted(compiled)}

    assert walks(services.database, plans) == []
    used = {name for lines in plans.values() for line in lines for name in INDEX.findall(line)}
    assert {name for name in used if name.startswith("ix_")} == NOT_UNIQUE
    assert len(plans) == COMPILED
