"""The provider as people run it: a process of its own, a real port, a real database."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from provider import first_run
from provider.setting_kinds import CHECKOUT, sqlite_url
from provider.settings import Settings
from provider.wiring import Services
from tests.builders import REDIRECT_URI, make_user
from tests.person import Person
from tests.ports import free_port

PATIENCE_SECONDS = 60  # a slow machine under load; usually it takes one
STOP_SECONDS = 20


class LiveProvider:
    """One provider at a free loopback port, with Ada, who can sign in.

    Args:
        folder: where its log and, unless ``settings`` say otherwise, its database and master key are.
        settings: more ``PAPER_`` variables, such as ``PAPER_WORKERS`` or ``PAPER_DATABASE_URL``.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.issuer = f"http://localhost:{free_port()}"
        self.environ = {
            "PATH": os.environ["PATH"],
            "PAPER_ISSUER": self.issuer,
            "PAPER_DATABASE_URL": sqlite_url(folder / "paper.db"),
            "PAPER_MASTER_KEY_FILE": str(folder / "master.key"),
            **settings,
        }
        self._log = folder / "provider.log"
        services = Services(Settings.from_environ(self.environ))
        first_run.prepare(services)
        self.sub = make_user(services)
        services.database.dispose()

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[None]:
        """Run the server, or Python with ``arguments``; it is ready at the beginning and gone at the end."""
        command = list(arguments or ("-m", "provider.serve"))
        with background(command, self.environ, self._log) as process:
            wait_for(f"{self.issuer}/readyz", process, self._log)
            yield

    def endpoint(self, member: str) -> str:
        """Return an address of the discovery document, such as ``token_endpoint``."""
        document = requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=PATIENCE_SECONDS)
        return str(document.json()[member])

    def flask(self, *arguments: str, stdin: str | None = None) -> str:
        """Run a ``flask`` command against the provider's database; return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", *arguments],
            cwd=CHECKOUT,
            env=self.environ,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def register(self, **metadata: Any) -> dict[str, Any]:
        """Register a client as an operator does; return the client information response (RFC 7591 §3.2.1)."""
        document = {
            "client_name": "Photo Library",
            "redirect_uris": [REDIRECT_URI],
            "grant_types": ["authorization_code", "refresh_token"],
            **metadata,
        }
        information: dict[str, Any] = json.loads(
            self.flask("client", "create", "--metadata", "-", stdin=json.dumps(document))
        )
        return information


@contextmanager
def background(
    arguments: list[str], environ: dict[str, str], log: Path, *, folder: Path = CHECKOUT
) -> Iterator[subprocess.Popen[bytes]]:
    """Run Python with ``arguments`` from the checkout or another one; stop it, by its pid, at the end."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when ``url`` answers with status 200.

    Raises:
        RuntimeError: the process ended, or had no answer in time; with its log.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=PATIENCE_SECONDS).status_code == 200:
                return
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.02)
    raise RuntimeError(f"{url} does not answer, exit status {process.poll()}:\n{log.read_text()}")


@pytest.fixture(scope="session")
def live_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveProvider]:
    """A running provider over SQLite; tests share it and register clients of their own."""
    provider = LiveProvider(tmp_path_factory.mktemp("live"))
    with provider.serving():
        yield provider


@pytest.fixture
def person() -> Person:
    """Ada at a browser of her own, nobody signed in yet."""
    return Person()
