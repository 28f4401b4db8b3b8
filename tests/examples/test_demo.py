"""examples/demo.py: two servers, one command."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from provider.setting_kinds import CHECKOUT, sqlite_url
from tests.builders import PASSWORD
from tests.live import PATIENCE_SECONDS, background
from tests.person import Person
from tests.ports import free_port

CHOSEN = {"username": "ada", "new_password": PASSWORD, "repeated_password": PASSWORD}

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A provider of the test's own."""
    return {
        "PATH": os.environ["PATH"],
        "PAPER_ISSUER": f"http://localhost:{free_port()}",
        "PAPER_DATABASE_URL": sqlite_url(tmp_path / "paper.db"),
        "PAPER_MASTER_KEY_FILE": str(tmp_path / "master.key"),
    }


def words_of(log: Path, process: subprocess.Popen[bytes]) -> list[str]:
    """Return the words of the welcome, once it is complete."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "Ctrl-C stops both." not in (text := log.read_text()):
        assert process.poll() is None, text
        assert time.monotonic() < deadline, text
        time.sleep(0.05)
    return text.split()


def test_what_it_says_is_enough_to_sign_in(environ: dict[str, str], tmp_path: Path) -> None:
    """Open the link, choose name and password, open the client; a second start knows both."""
    log, port = tmp_path / "demo.log", free_port()
    arguments = ["-m", "examples.demo", "--port", str(port)]

    with background(arguments, environ, log) as first:
        (link,) = [word for word in words_of(log, first) if "/setup?token=" in word]
        person = Person()
        home = person.press(person.browse(link), "setup-form", **CHOSEN)
        page = person.browse(f"http://localhost:{port}/sign-in")
        first.send_signal(signal.SIGINT)
        status = first.wait(PATIENCE_SECONDS)
    with background(arguments, environ, log) as second:
        known = words_of(log, second)
        again = Person().browse(f"http://localhost:{port}/sign-in")

    assert 'id="signed-in-as"' in home.text
    assert not any("/setup?token=" in word for word in known)
    assert 'id="claims"' in page.text
    assert status == 0
    assert 'id="claims"' in again.text


def test_nothing_is_left_behind(environ: dict[str, str], tmp_path: Path) -> None:
    """Both servers end with the command."""
    log, port = tmp_path / "demo.log", free_port()

    with background(["-m", "examples.demo", "--port", str(port)], environ, log) as process:
        words_of(log, process)

    for url in (environ["PAPER_ISSUER"], f"http://localhost:{port}"):
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=PATIENCE_SECONDS)


def test_a_taken_port_is_said_in_one_line(environ: dict[str, str]) -> None:
    """Running it twice is an ordinary mistake: status 2, nothing started."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "examples.demo", "--port", str(port)],
            cwd=CHECKOUT,
            env=environ,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"127.0.0.1:{port}: another server answers there already\n"
