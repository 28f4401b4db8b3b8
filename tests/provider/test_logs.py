"""Log lines: their two formats, and the secrets that never reach one."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from flask import Flask

from provider.logs import REDACTED, configure_logs, redact
from provider.settings import Settings


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    """Leave logging as it was found."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_json_line_holds_level_logger_time_and_the_given_values(capsys: pytest.CaptureFixture[str]) -> None:
    """One object a line, for machines."""
    configure_logs(Settings(log_format="json"))

    structlog.get_logger("paper").warning("grant revoked", client_id="web")

    line = json.loads(capsys.readouterr().err)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"message": "grant revoked", "level": "warning", "logger": "paper", "client_id": "web"}


def test_lines_of_other_libraries_look_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever uses the standard library's logging goes through the same processors."""
    configure_logs(Settings(log_format="json"))

    logging.getLogger("sqlalchemy").error("no %s", "luck", extra={"client_id": "web"})

    line = json.loads(capsys.readouterr().err)
    assert (line["message"], line["level"], line["client_id"]) == ("no luck", "error", "web")


def test_trace_of_an_error_is_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    """STYLE §7: the full trace in the log."""
    configure_logs(Settings(log_format="json"))

    try:
        raise LookupError("row 7")
    except LookupError:
        structlog.get_logger().exception("bug")

    line = json.loads(capsys.readouterr().err)
    assert "LookupError: row 7" in line["exception"]


def test_console_line_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """Words first, values after."""
    configure_logs(Settings(log_format="console"))

    structlog.get_logger("paper").info("signed in", user="u1")

    line = capsys.readouterr().err
    assert "signed in" in line
    assert "user=u1" in line


def test_trace_of_an_error_is_shown_to_people(capsys: pytest.CaptureFixture[str]) -> None:
    """The console has it too, without the secrets in its message."""
    configure_logs(Settings(log_format="console"))

    try:
        raise LookupError("client_secret=s3cret")
    except LookupError:
        structlog.get_logger().exception("bug")

    text = capsys.readouterr().err
    assert "LookupError" in text
    assert "s3cret" not in text


def test_log_format_follows_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Unset means json where nobody watches."""
    configure_logs(Settings())

    structlog.get_logger().info("hello")

    assert json.loads(capsys.readouterr().err)["message"] == "hello"


def test_level_below_the_setting_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """PAPER_LOG_LEVEL is the least grave level."""
    configure_logs(Settings(log_level="error"))

    structlog.get_logger().warning("quiet")

    assert capsys.readouterr().err == ""


def test_oauthlib_never_logs_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    """STYLE §7: its DEBUG log prints whole tokens."""
    configure_logs(Settings(log_level="debug"))

    logging.getLogger("oauthlib.oauth2.rfc6749.endpoints.token").debug("Token %r", "s3cret")

    assert capsys.readouterr().err == ""


def test_migrations_are_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """`flask db current` answers with one line."""
    configure_logs(Settings())

    logging.getLogger("alembic.runtime.migration").info("Context impl SQLiteImpl.")

    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        pytest.param({"code": "abc"}, {"code": REDACTED}, id="by its name"),
        pytest.param({"actor_token": "x"}, {"actor_token": REDACTED}, id="an actor's (RFC 8693 §2.1)"),
        pytest.param({"Authorization": "Basic eA=="}, {"Authorization": REDACTED}, id="in any case"),
        pytest.param({"form": {"password": "x"}}, {"form": {"password": REDACTED}}, id="in a mapping"),
        pytest.param({"all": [{"token": "x"}]}, {"all": [{"token": REDACTED}]}, id="in a list"),
        pytest.param(
            {"event": "POST /token code=abc&state=1"},
            {"event": f"POST /token code={REDACTED}&state=1"},
            id="in a form body",
        ),
        pytest.param(
            {"event": '{"refresh_token": "abc", "scope": "openid"}'},
            {"event": f'{{"refresh_token": {REDACTED}, "scope": "openid"}}'},
            id="in JSON text",
        ),
        pytest.param(
            {"event": "Authorization: Bearer abc.def"},
            {"event": f"Authorization: Bearer {REDACTED}"},
            id="in a header line",
        ),
        pytest.param(
            {"event": "{'password': 'a b'}"}, {"event": f"{{'password': {REDACTED}}}"}, id="in a repr"
        ),
        pytest.param({"event": "code = row.code"}, {"event": "code = row.code"}, id="a line of source stays"),
        pytest.param({"code": None}, {"code": None}, id="absent is not a secret"),
        pytest.param({"status_code": 400}, {"status_code": 400}, id="other name"),
        pytest.param({"event": "error_code=5"}, {"event": "error_code=5"}, id="other name in a text"),
    ],
)
def test_redaction(event: dict[str, Any], shown: dict[str, Any]) -> None:
    """What stands under a secret's name is not shown."""
    assert redact(None, "info", event) == shown


def test_redaction_is_part_of_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Also of traces and of other libraries' lines."""
    configure_logs(Settings(log_format="json"))

    logging.getLogger("urllib3").warning("POST /token?client_secret=s3cret")

    assert "s3cret" not in capsys.readouterr().err


def test_lines_of_one_request_share_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    """A person quotes it, an operator finds all lines; outside of a request there is none."""
    configure_logs(Settings(log_format="json"))
    app = Flask("test")

    for _ in range(2):
        with app.test_request_context():
            structlog.get_logger("paper.events").info("signed_in")
            logging.getLogger("sqlalchemy").error("no luck")
    structlog.get_logger("paper").info("rotated")

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    ids = [line.get("request_id") for line in lines]
    assert ids[0] == ids[1] != ids[2] == ids[3]
    assert all(isinstance(name, str) and len(name) == 16 for name in ids[:4])
    assert ids[4] is None
