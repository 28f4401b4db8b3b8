"""No secret of a whole day is found anywhere but where it belongs: RFC 9700 §4, RFC 6819 §5.1.4, STYLE §7."""

import base64
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from provider.setting_kinds import CHECKOUT
from tests.conftest import POSTGRESQL
from tests.document_server import DocumentServer, status
from tests.live import LiveProvider
from tests.processes import command_lines
from tests.security.secret_story import PASSPHRASE, Story, first_link

pytestmark = [pytest.mark.security, pytest.mark.slow]

IN_THE_URL = "of-the-database"
READERS = (
    ("export", "--people"),
    ("events", "list"),
    ("client", "list"),
    ("user", "list"),
    ("registration-token", "list"),
    ("keys", "list"),
    ("doctor", "--offline"),
)
"""Commands whose output an operator shows to others."""


def printed(provider: LiveProvider, *command: str) -> bytes:
    """Return all that a command prints, whatever it thinks of what it has found."""
    return subprocess.run(
        [sys.executable, "-m", "flask", *command],
        cwd=CHECKOUT,
        env=provider.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    ).stdout


def dump(url: str) -> bytes:
    """Return everything in a database, as its own program writes it down."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        with sqlite3.connect(str(parts.database)) as connection:
            lines = "\n".join(connection.iterdump())
        connection.close()
        return lines.encode()
    assert POSTGRESQL is not None
    address = parts.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run(
        [POSTGRESQL / "pg_dump", "--dbname", address], capture_output=True, check=True
    ).stdout


def files(url: str) -> bytes:
    """Return the bytes of a SQLite database and what lies beside it, where what was deleted may be left."""
    parts = make_url(url)
    if parts.get_backend_name() != "sqlite":
        return b""
    path = Path(str(parts.database))
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))


def spellings(secret: str | bytes) -> Iterator[bytes]:
    """Yield the ways in which a secret may be written: itself, in hexadecimal, in base64."""
    raw = secret.encode() if isinstance(secret, str) else secret
    yield raw
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    for encoded in (base64.b64encode(raw), base64.urlsafe_b64encode(raw)):
        yield encoded.rstrip(b"=")
    if isinstance(secret, str) and secret.count(".") == 2:  # a JWT: whoever has the signature can make it
        yield secret.rpartition(".")[2].encode()
    if len(raw) > 200:  # a PEM file breaks its lines
        body = base64.b64encode(raw)
        yield from (body[start : start + 64] for start in range(64, len(body) - 64, 64))


def found(secrets: dict[str, str | bytes], place: bytes) -> list[str]:
    """Return the names of the secrets that are in ``place``, however they are written there."""
    return [name for name, value in secrets.items() if any(each in place for each in spellings(value))]


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[DocumentServer]:
    """Where traces go."""
    collector = DocumentServer(tmp_path, tls=False)
    collector.answers["/v1/traces"] = status(200)
    with collector.serving():
        yield collector


def test_secrets_are_nowhere_else(database_url: str, tmp_path: Path, collector: DocumentServer) -> None:
    """Whoever reads a log, a page, a dump, a backup, an export, a trace or a process list has nothing."""
    url = make_url(database_url)
    has_password = url.get_backend_name() != "sqlite"
    if has_password:
        url = url.set(password=IN_THE_URL)
    settings = {
        "PAPER_DATABASE_URL": url.render_as_string(hide_password=False),
        "PAPER_LOG_LEVEL": "debug",
        "PAPER_LOG_FORMAT": "json",
        "PAPER_REGISTRATION": "token",
        "PAPER_TRACING": "yes",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
    }
    environ = {"PATH": os.environ["PATH"], "PAPER_MASTER_KEY_FILE": str(tmp_path / "master.key"), **settings}
    backup = tmp_path / "paper.backup"
    with command_lines() as processes:
        setup_token = first_link(environ)
        provider = LiveProvider(tmp_path, **settings)
        story = Story(provider, setup_token)
        with provider.serving():
            story.run()
            told = b"".join(printed(provider, *command) for command in READERS)
            provider.flask("backup", str(backup), "--passphrase-file", "-", stdin=f"{PASSPHRASE}\n")
    if has_password:
        story.secrets["password of the database"] = IN_THE_URL

    places = {
        "log": ((tmp_path / "provider.log").read_bytes(), b"signed_in"),
        "refusals": (b"\n".join(story.refusals), b"invalid_grant"),
        "dump": (dump(database_url), b"Photo Library"),
        "files": (files(database_url), b"" if has_password else b"Photo Library"),
        "processes": (b"\n".join(processes), b"--passphrase-file"),
        "commands": (told, b"Photo Library"),
        "backup": (backup.read_bytes(), b""),
        "traces": (b"".join(collector.bodies), b"token.issue_token"),
    }

    assert {name for name, (content, sign) in places.items() if sign not in content} == set()
    assert len(story.secrets) > 30
    assert [
        (name, secret) for name, (content, _) in places.items() for secret in found(story.secrets, content)
    ] == []


@pytest.mark.parametrize("written", ["raw", "hex", "base64"])
def test_a_secret_that_is_there_is_found(written: str) -> None:
    """Else the test above would say nothing."""
    key = bytes(range(32))
    spelled = {"raw": key, "hex": key.hex().encode(), "base64": base64.b64encode(key)}[written]

    assert found({"key": key, "other": "not there"}, b"before " + spelled + b" after") == ["key"]
