"""Traces as an operator has them: off, refused, and exported by a server to a collector."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from opentelemetry.context import Context

from provider.client_wiring import fetcher
from provider.setting_kinds import CHECKOUT
from provider.settings import BadSettings, Settings
from provider.tracing import packages
from provider.wiring import Services
from tests.document_server import DocumentServer, status
from tests.live import LiveProvider
from tests.ports import free_port
from tests.provider.tracing.conftest import Exported
from validators.errors import FetchError


def run(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the checkout."""
    return subprocess.run(
        [sys.executable, *code.split(" ", 1)],
        cwd=CHECKOUT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_nothing_is_imported_unless_switched_on(tmp_path: Path) -> None:
    """The extra may be missing, and costs nobody a start."""
    code = (
        "import sys; from provider.factory import create_app; app = create_app();"
        "print(app.test_client().get('/healthz').status_code, 'wsgi_app' in vars(app),"
        "[name for name in sys.modules if name.startswith('opentelemetry')])"
    )

    done = run(f"-c {code}", PAPER_DATABASE_URL=f"sqlite:///{tmp_path / 'paper.db'}")

    assert (done.stdout, done.returncode) == ("200 False []\n", 0)


def test_missing_packages_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """What to type is in it."""
    monkeypatch.setattr(packages, "NEEDED", ("opentelemetry.there.is.none",))

    with pytest.raises(BadSettings) as refused:
        Settings.from_environ({"PAPER_TRACING": "yes"})

    assert str(refused.value) == (
        "PAPER_TRACING: its packages are not installed:"
        " pip install --require-hashes -r requirements-tracing.lock"
    )


def test_server_without_the_packages_does_not_start() -> None:
    """A Python that has them not: status 2 and one line."""
    code = (
        "import sys; sys.modules['opentelemetry'] = None;"
        "import provider.serve; sys.exit(provider.serve.main())"
    )

    done = run(f"-c {code}", PAPER_TRACING="yes", PAPER_ISSUER=f"http://localhost:{free_port()}")

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "requirements-tracing.lock" in done.stderr


def test_continue_needs_a_proxy() -> None:
    """Nobody would be believed."""
    with pytest.raises(BadSettings, match="set PAPER_TRUSTED_PROXIES too"):
        Settings.from_environ({"PAPER_TRACING": "continue"})


def test_variables_of_opentelemetry_that_are_wrong_are_one_line() -> None:
    """Its own words say which."""
    done = run(
        "-m provider.serve",
        PAPER_TRACING="yes",
        PAPER_ISSUER=f"http://localhost:{free_port()}",
        OTEL_BSP_MAX_QUEUE_SIZE="-1",
    )

    assert (done.returncode, done.stderr) == (
        2,
        "OTEL_ variables: max_queue_size must be a positive integer.\n",
    )


def test_fetch_tells_the_host_alone(services: Services, exported: Exported) -> None:
    """An address may hold what its owner keeps to itself."""
    spans = services.spans
    assert spans is not None

    with spans.request(Context(), {}):
        for url in ("https://127.0.0.1:1/secret?secret", "https://[secret", "neither"):
            with pytest.raises(FetchError):
                fetcher(services).json(url)
            with pytest.raises(FetchError):
                fetcher(services).post(url, {"logout_token": "secret"})

    found = exported()[:-1]
    told: list[dict[str, Any]] = [dict(span.attributes or {}) for span in found]
    assert [span.name for span in found] == ["GET", "POST"] * 3
    assert told[0] == {
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "error.type": "FetchError",
    }
    assert "secret" not in "".join(span.to_json() for span in found)


def test_outside_of_a_request_nothing_is_traced(services: Services, exported: Exported) -> None:
    """Upkeep and commands."""
    services.people.create("bob", email=None, claims={}, password="a password of some length")

    assert exported() == []


@pytest.mark.slow
def test_server_exports_to_a_collector(tmp_path: Path) -> None:
    """OTLP over HTTP, configured by OpenTelemetry's own variables."""
    collector = DocumentServer(tmp_path, tls=False)
    collector.answers["/v1/traces"] = status(200)
    with collector.serving():
        provider = LiveProvider(
            tmp_path,
            PAPER_TRACING="yes",
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.url,
            OTEL_SERVICE_NAME="front-door",
        )
        with provider.serving():
            requests.get(f"{provider.issuer}/jwks", timeout=10)
        sent = b"".join(collector.bodies)

    assert {request.path for request in collector.seen} == {"/v1/traces"}
    assert b"jwks.jwks" in sent
    assert b"front-door" in sent
