"""A worker stops when it is told to, whichever of its threads the kernel tells."""

import ctypes
import os
import signal
import time
from pathlib import Path

from tests.live import PATIENCE_SECONDS, LiveProvider, background, wait_for


def test_signal_that_reaches_another_thread_stops_the_worker(tmp_path: Path) -> None:
    """signal(7): any thread may get a signal of the process; only the main one runs Python's handlers."""
    provider = LiveProvider(tmp_path)
    log = tmp_path / "server.log"
    with background(["-m", "provider.serve"], provider.environ, log) as server:
        wait_for(f"{provider.issuer}/readyz", server, log)
        worker = child_of(server.pid)
        other = max(int(entry.name) for entry in Path(f"/proc/{worker}/task").iterdir())
        assert other != worker

        assert ctypes.CDLL(None).tgkill(worker, other, signal.SIGTERM) == 0

        wait_until_gone(worker)
        wait_for(f"{provider.issuer}/readyz", server, log)


def test_worker_that_is_still_starting_stops_too(tmp_path: Path) -> None:
    """It has the handlers of the process that it was forked from, which would tell that one only."""
    provider = LiveProvider(tmp_path)
    log = tmp_path / "server.log"
    with background(["-m", "provider.serve"], provider.environ, log) as server:
        child_of(server.pid)
        server.terminate()
        status = server.wait(PATIENCE_SECONDS)

    assert status == 0
    assert "refused" not in log.read_text()


def child_of(pid: int) -> int:
    """Return the first child of a process, when it has one (proc(5))."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if children:
            return int(children[0])
        time.sleep(0.01)
    raise AssertionError(f"process {pid} has no child")


def wait_until_gone(pid: int) -> None:
    """Return when the process has ended; the one that started it has asked how."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError(f"process {pid} goes on")
