"""How many statements a flow costs the database; DESIGN's promise, kept on both databases."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from models.database import Database, Statement
from provider.wiring import Services
from tests.browser import Browser, answer_of, redeem, refresh
from tests.builders import make_client

pytestmark = pytest.mark.journey


@pytest.fixture
def statements(services: Services, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The verbs of all statements that are run, on held connections and in transactions."""
    seen: list[str] = []
    run = Database.run

    def counted(self: Database, statement: Statement, params: Any) -> Any:
        seen.append(statement.sql.split()[0])
        return run(self, statement, params)

    def on_execute(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        seen.append(sql.split()[0])

    monkeypatch.setattr(Database, "run", counted)
    event.listen(services.database.engine, "before_cursor_execute", on_execute)
    event.listen(services.database._reading_engine, "before_cursor_execute", on_execute)
    return seen


def test_each_flow_costs_what_it_must(
    services: Services, http: FlaskClient, signed_in: Browser, statements: list[str]
) -> None:
    """Authorization 1 read and 1 insert; code and refresh 1 read and 1 update; UserInfo 1 read."""
    client, secret = make_client(services)
    scope = "openid email offline_access"
    tokens = redeem(http, client, secret, signed_in.code_for(client, scope=scope)).get_json()

    statements.clear()
    code = answer_of(signed_in.authorize(client, scope=scope))["code"]
    authorization = list(statements)
    statements.clear()
    redeem(http, client, secret, code)
    exchange = list(statements)
    statements.clear()
    refresh(http, client, secret, tokens["refresh_token"])
    refreshing = list(statements)
    statements.clear()
    http.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})

    assert authorization == ["SELECT", "INSERT"]
    assert exchange == ["SELECT", "UPDATE"]
    assert refreshing == ["SELECT", "UPDATE"]
    assert statements == ["SELECT"]


def test_public_documents_cost_nothing(http: FlaskClient, signed_in: Browser, statements: list[str]) -> None:
    """Discovery and jwks are answered from memory."""
    for path in ("/.well-known/openid-configuration", "/jwks"):
        http.get(path)

    statements.clear()
    for path in ("/.well-known/openid-configuration", "/jwks"):
        assert http.get(path).status_code == 200

    assert statements == []
