"""Pages of nodes whose clocks differ: the same browser, the same form."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner

from provider.form_token import CSRF_SECONDS
from tests.browser import hidden_fields
from tests.builders import PASSWORD

TEN_MINUTES = 600


class Machine:
    """Gives every signature the time of a clock that can be moved."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_800_000_000
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: self.now)


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(
    ("later", "status"),
    [
        (-TEN_MINUTES, 303),
        (-1, 303),
        (0, 303),
        (TEN_MINUTES, 303),
        (CSRF_SECONDS, 303),
        (CSRF_SECONDS + 1, 200),
        (40 * 86400, 200),
    ],
)
def test_a_form_of_another_node(
    http: FlaskClient, monkeypatch: pytest.MonkeyPatch, later: int, status: int
) -> None:
    """A page that was made in the future was made just now; one that is too old is shown again."""
    machine = Machine(monkeypatch)
    page = http.get("/login")
    machine.now += later

    answer = http.post("/login", data=hidden_fields(page) | {"username": "ada", "password": PASSWORD})

    assert answer.status_code == status
    assert ("This page was open for too long" in answer.text) is (status == 200)


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("token", ["", "x", "ImEi.aaaa.bbbb", None])
def test_a_token_that_is_not_the_page_s(http: FlaskClient, token: Any) -> None:
    """Missing or made up."""
    fields = hidden_fields(http.get("/login")) | {"username": "ada", "password": PASSWORD}
    sent = {name: value for name, value in (fields | {"csrf_token": token}).items() if value is not None}

    assert "This page was open for too long" in http.post("/login", data=sent).text


@pytest.mark.usefixtures("ada")
def test_a_token_of_another_browser(http: FlaskClient) -> None:
    """Genuine, and not this browser's."""
    fields = hidden_fields(http.get("/login")) | {"username": "ada", "password": PASSWORD}
    stranger = http.application.test_client()
    assert "This page was open for too long" in stranger.post("/login", data=fields).text
    stranger.get("/login")
    assert "This page was open for too long" in stranger.post("/login", data=fields).text
