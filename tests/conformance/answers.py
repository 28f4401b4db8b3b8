"""What the suite checks of an answer to the authorization request and of an error (CONFORMANCE 2.3, 2.7)."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from werkzeug.test import TestResponse

from tests.browser import hidden_fields
from tests.conformance.op import ISSUER
from tests.provider.page import Page

MIN_CODE_BYTES = 16
MIN_BITS = 96
SUCCESS = {
    *("code", "access_token", "token_type", "expires_in", "scope", "id_token"),
    *("state", "iss", "session_state"),
}
ERROR = {"error", "error_description", "error_uri", "state", "session_state", "iss"}
DESCRIPTION = re.compile(r"[\x20\x21\x23-\x5B\x5D-\x7E]+")
NAMED_BY = {"code": "code", "token": "access_token", "id_token": "id_token"}


def read_answer(
    response: TestResponse, redirect_uri: str, response_type: str, response_mode: str | None
) -> dict[str, str]:
    """Return the parameters that reach the client, after checking how they travel.

    A registered query stays; the answer is in the query for ``code``, in the fragment for the other
    types, in the body for ``form_post``, and nowhere else.
    """
    if response_mode == "form_post":
        return _posted(response, redirect_uri)
    assert response.status_code in (302, 303), (response.status_code, response.text)
    location = urlsplit(response.headers["Location"])
    registered = urlsplit(redirect_uri)
    assert location[:3] == registered[:3], response.headers["Location"]
    query = parse_qsl(location.query, keep_blank_values=True, strict_parsing=bool(location.query))
    own = parse_qsl(registered.query, keep_blank_values=True)
    assert query[: len(own)] == own
    if response_type == "code":
        assert not location.fragment
        return _once(query[len(own) :])
    assert query == own
    return _once(parse_qsl(location.fragment, keep_blank_values=True, strict_parsing=True))


def _posted(response: TestResponse, redirect_uri: str) -> dict[str, str]:
    """Read the form that a script engine submits; a button does where there is none."""
    assert response.status_code == 200, (response.status_code, response.headers.get("Location"))
    page = Page(response.text)
    form = page.require("form-post").attributes
    assert (form["method"].lower(), form["action"]) == ("post", redirect_uri)
    assert "enctype" not in form
    assert page.require("continue").attributes["type"] == "submit"
    assert page.all("script")
    return hidden_fields(response)


def _once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    assert len({name for name, _ in pairs}) == len(pairs), pairs
    return dict(pairs)


def check_success(answer: Mapping[str, str], response_type: str) -> None:
    """What the response type names is there, and nothing that it does not name."""
    assert answer.keys() <= SUCCESS, answer
    for word, member in NAMED_BY.items():
        assert (member in answer) is (word in response_type.split()), answer
    assert answer["iss"] == ISSUER
    if "code" in answer:
        assert len(answer["code"].encode()) >= MIN_CODE_BYTES
        assert entropy(answer["code"]) >= MIN_BITS
    if "access_token" in answer:
        check_bearer({**answer, "expires_in": int(answer["expires_in"])})


def check_error(answer: Mapping[str, str], *expected: str) -> None:
    """One of the expected errors, with nothing beside it that an error must not hold."""
    assert answer.keys() <= ERROR, answer
    assert answer["iss"] == ISSUER
    check_error_members(answer, *expected)


def check_error_members(answer: Mapping[str, Any], *expected: str) -> None:
    """The rules of RFC 6749 for the members of an error, wherever it is told."""
    assert answer["error"] in expected, answer
    assert DESCRIPTION.fullmatch(answer.get("error_description", "-")), answer
    assert urlsplit(answer.get("error_uri", "https://op.example/")).scheme


def check_bearer(tokens: Mapping[str, Any]) -> None:
    """The access token of an answer and what is said of it."""
    assert tokens["token_type"].lower() == "bearer"
    assert isinstance(tokens["expires_in"], int)
    assert 0 < tokens["expires_in"] <= 365 * 24 * 3600
    assert tokens["access_token"].isascii()
    assert tokens["access_token"].isprintable()
    assert entropy(tokens["access_token"]) >= MIN_BITS


def entropy(text: str) -> float:
    """Return the Shannon estimate of a whole text, in bits."""
    return -sum(count * math.log2(count / len(text)) for count in Counter(text).values())
