"""The forms of the pages take what browsers send, and nothing else is a bug."""

import io
import json

import pytest
from flask import Flask

from tests.browser import Browser, hidden_fields

PATHS = (
    *("/login", "/login/accounts", "/consent", "/device", "/device/confirm", "/approvals"),
    *("/account/sessions/end", "/account/apps/disconnect", "/account/permissions/end"),
    *("/account/password", "/logout/confirm"),
)
FIELDS = ("username", "password", "user_code", "person", "current_password", "new_password", "session")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param("5", id="number"),
        pytest.param("[1, 2]", id="list"),
        pytest.param('"x"', id="text"),
        pytest.param("{", id="broken"),
        pytest.param('{"csrf_token": 5}', id="token"),
        pytest.param(dict.fromkeys(FIELDS, 5), id="numbers"),
        pytest.param({name: {"a": "b"} for name in FIELDS}, id="objects"),
        pytest.param(dict.fromkeys(FIELDS, "\ud800"), id="surrogates"),
    ],
)
def test_json_is_no_form(signed_in: Browser, path: str, body: str | dict[str, object]) -> None:
    """Whatever JSON holds, the page has not been answered: it says so, or that it is not found."""
    token = hidden_fields(signed_in.http.get("/login"))["csrf_token"]
    sent = body if isinstance(body, str) else json.dumps({"csrf_token": token, **body})

    answer = signed_in.http.post(path, data=sent, content_type="application/json")

    assert answer.status_code in {200, 303, 400}
    assert 'id="signed-in-as"' in signed_in.http.get("/").text


@pytest.mark.parametrize("path", PATHS)
def test_a_file_is_no_field(app: Flask, signed_in: Browser, path: str) -> None:
    """A field whose value comes as a file was not filled in."""
    token = hidden_fields(signed_in.http.get("/login"))["csrf_token"]
    files = {name: (io.BytesIO(b"x"), f"{name}.txt") for name in FIELDS}

    answer = signed_in.http.post(path, data={"csrf_token": token, **files})

    assert answer.status_code in {200, 303, 400, 404}
