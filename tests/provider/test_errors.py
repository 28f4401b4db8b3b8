"""Exceptions as responses: nothing of the inside is told, and each caller gets its own form."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from provider.wiring import Services
from tests.builders import make_client
from tests.sqlite_only import database_url as database_url

SECRET = "row 7 of the table of secrets"


@pytest.fixture
def broken(services: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    """A provider whose client store has a bug."""

    def bug(*_: object) -> None:
        raise LookupError(SECRET)

    monkeypatch.setattr(services.clients, "get", bug)
    return services


@pytest.mark.security
def test_a_bug_is_a_500_in_json(broken: Services, http: FlaskClient) -> None:
    """STYLE §7: no detail to the caller."""
    response = http.post("/token", data={"grant_type": "authorization_code", "code": "c", "client_id": "x"})

    assert response.status_code == 500
    assert response.get_json()["error"] == "server_error"
    assert SECRET not in response.text
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.security
def test_a_bug_is_a_page_with_something_to_quote(broken: Services, http: FlaskClient) -> None:
    """STYLE §7: a request id, which the log has too."""
    response = http.get("/authorize?client_id=x")

    assert response.status_code == 500
    assert response.mimetype == "text/html"
    assert SECRET not in response.text
    assert "server_error" in response.text


def test_the_trace_of_a_bug_is_in_the_log(
    caplog: pytest.LogCaptureFixture, broken: Services, http: FlaskClient
) -> None:
    """STYLE §7: with the same request id."""
    page = http.get("/authorize?client_id=x").text

    entries: list[Any] = [record.msg for record in caplog.records if record.name == "paper.errors"]
    assert [str(entry["exc_info"]) for entry in entries] == [SECRET]
    assert entries[0]["request_id"] in page


@pytest.mark.parametrize(
    ("path", "method", "status", "mimetype"),
    [
        pytest.param("/nowhere", "GET", 404, "text/html", id="404"),
        pytest.param("/login", "PUT", 405, "text/html", id="405-page"),
        pytest.param("/token", "PUT", 405, "application/json", id="405-json"),
        pytest.param("/userinfo", "DELETE", 405, "application/json", id="405-userinfo"),
        pytest.param("/jwks", "POST", 405, "application/json", id="405-jwks"),
        pytest.param(
            "/.well-known/openid-configuration", "POST", 405, "application/json", id="405-discovery"
        ),
        pytest.param("/static/nowhere.css", "GET", 404, "text/html", id="404-static"),
        pytest.param("/static/../app.py", "GET", 404, "text/html", id="404-traversal"),
    ],
)
def test_each_caller_gets_its_own_form(
    http: FlaskClient, path: str, method: str, status: int, mimetype: str
) -> None:
    """RFC 9110 §15.5: people a page, programs JSON."""
    response = http.open(path, method=method)

    assert (response.status_code, response.mimetype) == (status, mimetype)
    assert status != 405 or response.headers["Allow"]


@pytest.mark.security
@pytest.mark.parametrize(
    "path", ["/<script>alert(1)</script>", "/authorize?client_id=<script>alert(1)</script>"]
)
def test_what_was_sent_is_not_shown(http: FlaskClient, path: str) -> None:
    """RFC 9700 §4.11.2: an error page repeats nothing of the request."""
    response = http.get(path)

    assert response.status_code in (400, 404)
    assert "alert(1)" not in response.text


@pytest.mark.security
def test_an_unknown_redirect_is_not_a_link(services: Services, http: FlaskClient) -> None:
    """RFC 9700 §4.11.2: nobody is sent there, by hand neither."""
    client, _ = make_client(services)

    response = http.get(
        "/authorize", query_string={"client_id": client.client_id, "redirect_uri": "https://evil.example/x"}
    )

    assert response.status_code == 400
    assert "evil.example" not in response.text


def test_a_host_that_cannot_be_one_is_refused(http: FlaskClient) -> None:
    """RFC 9110 §7.2: an invalid Host is answered with 400, at pages too."""
    for path in ("/", "/login", "/authorize", "/token"):
        response = http.get(path, headers={"Host": "a" * 64 + ".example"})

        assert response.status_code == 400
        assert response.get_json()["error"] == "invalid_request"


def test_no_room_is_a_503(http: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """A board that is full for a moment asks to be tried again."""

    def full(*_: object) -> None:
        raise MemoryError("Memory allocation error")

    monkeypatch.setattr(services.clients, "get", full)

    assert http.get("/authorize?client_id=x").status_code == 503
