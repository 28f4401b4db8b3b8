"""One server process with its workers, which can be killed and started again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import requests

from provider.setting_kinds import CHECKOUT
from tests.live import PATIENCE_SECONDS

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


class NotRecovered(Exception):
    """A server did not answer for a minute."""


class Node:
    """The provider's production server at one port.

    Args:
        port: on loopback.
        environ: its ``PAPER_`` variables; where it listens is added.
        log: what it prints is appended here.
    """

    def __init__(self, port: int, environ: dict[str, str], log: Path) -> None:
        self.base = f"http://localhost:{port}"
        self._environ = environ | {"PAPER_BIND": f"localhost:{port}", "PAPER_LOG_LEVEL": "warning"}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, skew_seconds: int = 0) -> None:
        """Start it; its clock is ``skew_seconds`` ahead of this machine's. Does not wait."""
        environ = dict(self._environ)
        if skew_seconds:
            environ |= {
                "LD_PRELOAD": str(FAKETIME),
                "FAKETIME": f"{skew_seconds:+d}",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "provider.serve"],
                cwd=CHECKOUT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def workers(self) -> list[int]:
        """Return the process ids of the workers."""
        return [pid for pid in self.family()[1:] if b"resource_tracker" not in _command(pid)]

    def family(self) -> list[int]:
        """Return the process ids of the server and all it has started, itself first."""
        return [] if self._process is None else _family(self._process.pid)

    def signal(self, pids: list[int], number: signal.Signals) -> None:
        """Send a signal to processes of this node; one that has just ended is passed over."""
        for pid in pids:
            if Path(f"/proc/{pid}").exists():
                os.kill(pid, number)

    def kill(self) -> None:
        """Kill the server and its workers at once; returns when they are gone."""
        if self._process is None:
            return
        pids = self.family()
        self.signal(pids, signal.SIGSTOP)  # so that nobody starts another meanwhile
        self.signal(_family(self._process.pid), signal.SIGKILL)
        self._process.wait()
        while any(_is_running(pid) for pid in pids):
            time.sleep(0.005)
        self._process = None

    def is_ready(self) -> bool:
        """Whether it answers that it can serve."""
        try:
            return requests.get(f"{self.base}/readyz", timeout=1).status_code == 200
        except requests.RequestException:
            return False

    def wait(self) -> float:
        """Return the moment at which it can serve, by the monotonic clock.

        Raises:
            NotRecovered: it cannot, for a minute; with the end of its log.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise NotRecovered(f"{self.base} does not recover:\n{self._log.read_text()[-4000:]}")
            time.sleep(0.01)
        return time.monotonic()


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = children.read_text().split() if children.exists() else []
    return [pid, *(member for child in found for member in _family(int(child)))]


def _command(pid: int) -> bytes:
    path = Path(f"/proc/{pid}/cmdline")
    return path.read_bytes() if path.exists() else b""


def _is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
