"""Paper under its production server, pinned to one core, on a database of its own."""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from provider.first_run import prepare
from provider.settings import Settings
from provider.wiring import Services

SERVER_CORE, CLIENT_CORE = 0, 1
START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that answers."""

    port: int
    pid: int
    services: Services
    cold_start_seconds: float

    def resident_mb(self) -> float:
        """Return the resident memory of the server and its workers, in MB."""
        return sum(_resident_kb(pid) for pid in _family(self.pid)) / 1024

    def worker_mb(self) -> float:
        """Return the resident memory of the largest worker, in MB."""
        return max(_resident_kb(pid) for pid in _family(self.pid)) / 1024

    def cpu_seconds(self) -> float:
        """Return the processor time that the server and its workers have used."""
        return sum(map(_cpu_seconds, _family(self.pid)))


@contextmanager
def running(port: int, **environment: str) -> Iterator[RunningServer]:
    """Prepare a database, start one worker on ``SERVER_CORE``, stop it at the end."""
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
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "provider.serve"],
            env={**os.environ, **variables},
            cwd=Path(__file__).parent.parent,
            preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE % (os.cpu_count() or 1)}),
        )
        try:
            _wait(port, process)
            yield RunningServer(port, process.pid, services, time.perf_counter() - started)
        finally:
            process.terminate()
            process.wait(timeout=30)
            services.database.dispose()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                return
        except OSError:
            time.sleep(0.01)
    raise RuntimeError("the server did not start")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in _family(int(child)))]


def _resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
