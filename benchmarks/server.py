"""Paper under its production server, with a fresh database."""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.paper import seed
from benchmarks.process import Process, serving
from benchmarks.target import Target
from provider.first_run import prepare
from provider.settings import Settings
from provider.wiring import Services

CHECKOUT = Path(__file__).parent.parent


@contextmanager
def running(
    port: int, environment: Mapping[str, str], *, is_pinned: bool = True
) -> Iterator[tuple[Process, Target]]:
    """Prepare a database, start a server, lend both.

    Args:
        port: on loopback.
        environment: more ``PAPER_`` variables; SQLite unless they name a database.
        is_pinned: whether the server has one core for itself.
    """
    with tempfile.TemporaryDirectory(prefix="paper-bench-") as directory:
        variables = {
            "PAPER_ISSUER": f"http://127.0.0.1:{port}",
            "PAPER_DATABASE_URL": f"sqlite:///{directory}/paper.db",
            "PAPER_MASTER_KEY_FILE": f"{directory}/master.key",
            "PAPER_LOG_LEVEL": "warning",
            **environment,
        }
        services = Services(Settings.from_environ(variables))
        prepare(services)
        ready = f"http://127.0.0.1:{port}/readyz"
        command = [sys.executable, "-m", "provider.serve"]
        with serving(
            command, ready=ready, environment=variables, folder=CHECKOUT, is_pinned=is_pinned
        ) as process:
            target = seed(services, port)
            services.database.dispose()
            yield process, target
