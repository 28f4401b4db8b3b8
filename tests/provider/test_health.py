"""Liveness and readiness, and what is said when the database is gone."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy import text

from provider import migrate
from provider.schema_revision import older_revisions
from provider.wiring import Services
from tests.browser import Browser, redeem
from tests.builders import make_client


@pytest.fixture
def lose_database(
    services: Services, database_kind: str, request: pytest.FixtureRequest
) -> Callable[[], None]:
    """Return what makes the database of the test unreachable."""

    def lose() -> None:
        url = services.database.url
        if database_kind == "sqlite":
            services.database.dispose()
            for path in Path(str(url.database)).parent.glob(f"{Path(str(url.database)).name}*"):
                path.unlink()
            return
        server = request.getfixturevalue("postgres_server")
        name = sql.Identifier(str(url.database))
        with psycopg.connect(server.conninfo_of("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.database]
            )

    return lose


def test_alive(http: FlaskClient) -> None:
    """A process that answers; nothing is asked of the database."""
    response = http.get("/healthz")

    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})
    assert response.headers["Cache-Control"] == "no-store"


def test_ready(http: FlaskClient) -> None:
    """The database answers and a key signs."""
    assert (http.get("/readyz").status_code, http.get("/readyz").get_json()["status"]) == (200, "ready")


def test_not_ready_without_the_database(http: FlaskClient, lose_database: Callable[[], None]) -> None:
    """503, so that no request is sent here; alive all the same."""
    assert http.get("/readyz").status_code == 200

    lose_database()

    response = http.get("/readyz")
    assert response.status_code == 503
    assert response.mimetype == "application/json"
    assert http.get("/healthz").status_code == 200


def test_clients_are_told_to_come_back(
    services: Services,
    http: FlaskClient,
    browser: Browser,
    ada: str,
    lose_database: Callable[[], None],
) -> None:
    """RFC 9110 §15.6.4: 503, JSON and Retry-After; nothing of the database is told."""
    client, secret = make_client(services)
    code = browser.code_for(client)
    token = redeem(http, client, secret, browser.code_for(client)).get_json()["access_token"]

    lose_database()

    exchange = redeem(http, client, secret, code)
    info = http.get("/userinfo", headers={"Authorization": f"Bearer {token}"})
    for response in (exchange, info):
        assert response.status_code == 503
        assert response.get_json()["error"] == "temporarily_unavailable"
        assert int(response.headers["Retry-After"]) > 0
        assert response.headers["Cache-Control"] == "no-store"
        assert "sql" not in response.text.lower()


def test_people_are_told_to_come_back(
    services: Services, signed_in: Browser, lose_database: Callable[[], None]
) -> None:
    """A page, and no redirect to anywhere."""
    client, _ = make_client(services)
    signed_in.code_for(client)

    lose_database()

    response = signed_in.authorize(client)
    assert response.status_code == 503
    assert response.mimetype == "text/html"
    assert "Retry-After" in response.headers
    assert "Location" not in response.headers


def test_not_ready_before_the_tables_are_up_to_date(services: Services, http: FlaskClient) -> None:
    """Behind, and without tables: 503 and what to do. Ahead: an upgrade is going on, this one serves."""
    migrate.downgrade(services.database, "-1")
    behind = http.get("/readyz")
    migrate.downgrade(services.database, "base")
    bare = http.get("/readyz")
    migrate.upgrade(services.database)
    with services.database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert (behind.status_code, bare.status_code) == (503, 503)
    assert "flask db upgrade" in behind.get_json()["status"]
    ahead = http.get("/readyz").get_json()
    with services.database.session() as session:
        session.execute(
            text("UPDATE alembic_version SET version_num = :newest"), {"newest": migrate.newest()}
        )
    assert ahead["status"] in ("ready", "no signing key")  # the keys went with their table


def test_not_ready_where_nothing_can_be_written(
    services: Services, http: FlaskClient, database_kind: str, request: pytest.FixtureRequest
) -> None:
    """A standby answers reads; no code could be spent there. A SQLite file is nobody's standby."""
    if database_kind == "sqlite":
        assert http.get("/readyz").status_code == 200
        return
    conninfo = request.getfixturevalue("postgres_server").conninfo_of("postgres")
    name = sql.Identifier(str(services.database.url.database))
    with psycopg.connect(conninfo, autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(name))
        services.database.dispose()
        response = http.get("/readyz")
        admin.execute(sql.SQL("ALTER DATABASE {} RESET default_transaction_read_only").format(name))

    assert (response.status_code, response.get_json()) == (503, {"status": "the database only reads"})


def test_the_files_of_the_schema_are_its_revisions() -> None:
    """What /readyz goes by is what Alembic goes by."""
    assert sorted(older_revisions()) == sorted(migrate.revisions()[1:])
