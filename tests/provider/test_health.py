"""Liveness and readiness, and what is said when the database is gone."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from flask.testing import FlaskClient
from psycopg import sql

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
