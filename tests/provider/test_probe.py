"""The health check of containers: does the server here answer, and is it ready?"""

import subprocess
import sys
from pathlib import Path

import pytest

from provider.setting_kinds import CHECKOUT, sqlite_url
from tests.live import LiveProvider, background, wait_for
from tests.ports import free_port

pytestmark = pytest.mark.slow


def probe(environ: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "provider.probe"],
        cwd=CHECKOUT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_it_asks_the_server_of_its_environment(tmp_path: Path) -> None:
    """Wherever that listens, under whatever path, and past a proxy for the way out."""
    provider = LiveProvider(tmp_path)
    port = free_port()
    environ = provider.environ | {
        "PAPER_ISSUER": "https://id.example.org/tenant",
        "PAPER_BIND": f"127.0.0.1:{port}",
        "http_proxy": "http://192.0.2.1:1",
    }
    before = probe(environ)
    with background(["-m", "provider.serve"], environ, tmp_path / "log") as process:
        wait_for(f"http://127.0.0.1:{port}/tenant/readyz", process, tmp_path / "log")

        while_it_serves = probe(environ | {"PAPER_BIND": f"0.0.0.0:{port}"})

    assert before == (1, f"http://127.0.0.1:{port}/tenant/readyz: ConnectionError\n")
    assert while_it_serves == (0, "")


def test_a_server_that_is_not_ready_is_told_with_the_reason(tmp_path: Path) -> None:
    """It answers, but its database has no tables."""
    provider = LiveProvider(tmp_path)
    environ = provider.environ | {"PAPER_DATABASE_URL": sqlite_url(tmp_path / "empty.db")}
    (tmp_path / "empty.db").touch()
    with background(["-m", "provider.serve"], environ, tmp_path / "log") as process:
        wait_for(f"{provider.issuer}/healthz", process, tmp_path / "log")

        status, reason = probe(environ)

    assert (status, "/readyz: 503" in reason) == (1, True)


def test_a_wrong_environment_is_told() -> None:
    """Bad input: one line for each problem, exit status 2."""
    status, reason = probe({"PAPER_THREADS": "many"})

    assert (status, reason.count("\n")) == (2, 1)
    assert reason.startswith("PAPER_THREADS: 'many' is refused")
