"""Every statement of the hot path finds its rows by a primary key or a unique index, on both databases."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient

from models.database import Database, Statement
from provider.wiring import Services
from tests.browser import Browser, client_request, redeem, refresh, token_request
from tests.builders import make_client
from tests.device import make_confidential_device

pytestmark = pytest.mark.journey

CACHED_WHOLE = ("scopes", "authorization_types", "resources", "trusted_issuers")
"""Small tables that an operator fills; they are read whole, once in a while."""

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

    scans = ("SCAN ",) if services.database.is_sqlite else ("Seq Scan on ",)
    walked = [
        (line, sql)
        for sql, lines in plans.items()
        for line in lines
        for word in scans
        if word in line and line.partition(word)[2].split()[0] not in CACHED_WHOLE
    ]
    assert walked == []
    assert len(plans) >= 8
    assert any("grants" in line for lines in plans.values() for line in lines)
