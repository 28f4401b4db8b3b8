"""From raw bytes to parameters: strict, and never an exception."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from flask import Flask
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge, UnsupportedMediaType

from provider.bridge import (
    MAX_BODY,
    MAX_LENGTH,
    MAX_PARAMETERS,
    Parsed,
    parse,
    read_body,
    read_form,
    read_query,
)
from provider.bridge import token_request as to_request
from provider.settings import Settings

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def flask_app() -> Flask:
    """An app without a store: only its request contexts are of use."""
    app = Flask("bridge")
    app.extensions["provider"] = SimpleNamespace(settings=Settings())
    return app


def test_parameters_are_decoded_once() -> None:
    """RFC 6749 appendix B: form encoding of UTF-8."""
    assert parse(b"a=1+2&b=%2B%25&c=%C3%A9&d=\xc3\xa9").parameters == {
        "a": "1 2",
        "b": "+%",
        "c": "é",
        "d": "é",
    }


@pytest.mark.parametrize(
    ("raw", "parameters"),
    [
        pytest.param(b"", {}, id="nothing"),
        pytest.param(b"a=", {}, id="empty"),
        pytest.param(b"a", {}, id="name-alone"),
        pytest.param(b"&&=&a=1&", {"a": "1"}, id="ampersands"),
        pytest.param(b"a=1;b=2", {"a": "1;b=2"}, id="semicolon-is-no-separator"),
        pytest.param(b"a=b=c", {"a": "b=c"}, id="second-equals-sign"),
        pytest.param(b"a=%zz", {"a": "%zz"}, id="broken-percent"),
    ],
)
def test_empty_ones_are_left_out(raw: bytes, parameters: dict[str, str]) -> None:
    """RFC 6749 §3.1: without a value is as if not sent."""
    assert parse(raw) == Parsed(parameters, [], None)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"a=1&a=1", id="equal"),
        pytest.param(b"a=1&a=2", id="different"),
        pytest.param(b"a=1&%61=2", id="spelled-differently"),
        pytest.param(b"a=1&a=2&a=3", id="thrice"),
        pytest.param(b"a=%00&a=1", id="a-bad-one-first"),
        pytest.param(b"a=1&a=%00", id="a-bad-one-last"),
    ],
)
def test_a_repeated_parameter_is_a_problem_and_neither_counts(raw: bytes) -> None:
    """RFC 6749 §3.1, §3.2."""
    parsed = parse(raw + b"&b=kept")

    assert parsed.problem is not None
    assert parsed.parameters == {"b": "kept"}


@pytest.mark.parametrize("raw", [b"a=1&a=", b"a=&a=1"])
def test_an_empty_repetition_is_treated_alike_in_either_order(raw: bytes) -> None:
    """RFC 6749 §3.1: an empty one is as if it were not sent, wherever it stands."""
    assert parse(raw) == Parsed({"a": "1"}, [], None)


def test_resource_and_audience_may_be_repeated() -> None:
    """RFC 8707 §2: every value, in order."""
    parsed = parse(b"resource=https%3A%2F%2Fa.example&resource=https%3A%2F%2Fb.example&audience=x&audience=y")

    assert parsed.resources == ["https://a.example", "https://b.example"]
    assert parsed.problem is None


@pytest.mark.parametrize("code", [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
def test_a_control_character_is_a_problem(code: int) -> None:
    """A NUL cannot be stored in PostgreSQL; none of them has a meaning here."""
    parsed = parse(b"a=x%%%02x" % code)

    assert parsed.problem == "A parameter holds a control character."
    assert parsed.parameters == {}


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"a=\xff", id="raw"),
        pytest.param(b"a=%ff", id="percent"),
        pytest.param(b"%ff=a", id="in-a-name"),
        pytest.param(b"a=%C0%80", id="overlong-nul"),
        pytest.param(b"a=%ED%A0%80", id="surrogate"),
        pytest.param(b"a=%C3&b=%A9", id="torn-apart"),
    ],
)
def test_what_is_not_utf_8_is_a_problem(raw: bytes) -> None:
    """RFC 6749 appendix B; RFC 3629 §3."""
    assert parse(raw) == Parsed({}, [], "The parameters are not UTF-8.")


@pytest.mark.parametrize(
    ("length", "is_problem"),
    [pytest.param(MAX_LENGTH, False, id="most"), pytest.param(MAX_LENGTH + 1, True, id="over")],
)
def test_the_length_of_a_value(length: int, is_problem: bool) -> None:
    """DESIGN: over-long values are a specified error."""
    parsed = parse(b"a=" + b"x" * length)

    assert (parsed.problem is not None) is is_problem
    assert ("a" in parsed.parameters) is not is_problem


def test_an_over_long_name_is_a_problem() -> None:
    """Names are the caller's too."""
    assert parse(b"x" * (MAX_LENGTH + 1) + b"=1").problem == "A parameter is too long."


@pytest.mark.parametrize("count", [MAX_PARAMETERS, MAX_PARAMETERS + 1])
def test_the_number_of_parameters(count: int) -> None:
    """Each costs work; a hundred are enough."""
    raw = b"&".join(b"p%d=1" % number for number in range(count))

    assert (parse(raw).problem is not None) is (count > MAX_PARAMETERS)


def test_a_problem_never_repeats_what_was_sent() -> None:
    """RFC 6749 §5.2: descriptions hold our own words only."""
    problems = [
        parse(raw).problem for raw in (b"evil=1&evil=2", b"evil=%00", b"evil=%ff", b"evil=" + b"x" * 20_000)
    ]

    assert all(problem and "evil" not in problem for problem in problems)


def test_the_query_is_read_as_sent(flask_app: Flask) -> None:
    """UTF-8 that was not percent-encoded, and characters that oauthlib's own parser refuses."""
    with flask_app.test_request_context("/?a={%22&b=c%C3%A9", environ_overrides={}):
        assert read_query().parameters == {"a": '{"', "b": "cé"}


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data"])
def test_a_body_of_another_kind_is_refused(flask_app: Flask, content_type: str) -> None:
    """RFC 6749 §3.2; an empty one too."""
    with (
        flask_app.test_request_context("/", method="POST", data=b"", content_type=content_type),
        pytest.raises(UnsupportedMediaType),
    ):
        read_form()


def test_a_body_without_a_type_is_refused(flask_app: Flask) -> None:
    """Nothing is guessed; nothing at all is an empty form."""
    with flask_app.test_request_context("/", method="POST", data=b"a=1"), pytest.raises(UnsupportedMediaType):
        read_form()
    with flask_app.test_request_context("/", method="POST"):
        assert read_form() == Parsed({}, [], None)


@pytest.mark.parametrize("length", [MAX_BODY - 1, MAX_BODY, MAX_BODY + 1, 2 * MAX_BODY])
def test_a_body_in_chunks_is_whole_or_refused(flask_app: Flask, length: int) -> None:
    """No server says that there was more than it may hand over: half of a request would be another one."""
    flask_app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    environ = {"wsgi.input": BytesIO(b"x" * length), "wsgi.input_terminated": True}

    with flask_app.test_request_context("/", method="POST", environ_overrides=environ):
        if length > MAX_BODY:
            with pytest.raises(RequestEntityTooLarge):
                read_body()
        else:
            assert len(read_body()) == length


@pytest.mark.parametrize("announced", [2, 20_000, MAX_BODY])
def test_a_body_that_ends_too_early_is_refused(flask_app: Flask, announced: int) -> None:
    """Short and long ones alike."""
    flask_app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    environ = {
        "CONTENT_LENGTH": str(announced),
        "wsgi.input": BytesIO(b"x"),
        "wsgi.input_terminated": True,
    }

    with (
        flask_app.test_request_context("/", method="POST", environ_overrides=environ),
        pytest.raises(ClientDisconnected),
    ):
        read_body()


def test_only_two_headers_reach_the_protocol(flask_app: Flask) -> None:
    """Oauthlib looks at no other."""
    headers = {"Authorization": "Basic eA==", "Origin": "https://a.example", "Cookie": "x=y", "X-Other": "z"}

    with flask_app.test_request_context("/", method="POST", headers=headers):
        request = to_request(Parsed({"grant_type": "x"}, ["https://r.example"], "Why."))

    assert dict(request.headers) == {"Authorization": "Basic eA==", "Origin": "https://a.example"}
    assert (request.grant_type, request.resources, request.problem) == ("x", ("https://r.example",), "Why.")
