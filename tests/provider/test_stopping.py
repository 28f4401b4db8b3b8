"""A worker stops when it is told to, however it hears of it, and answers first what it has begun."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from provider.setting_kinds import CHECKOUT
from tests.live import PATIENCE_SECONDS, LiveProvider, background, wait_for

pytestmark = pytest.mark.slow
KILLED = "refused to gracefully stop"  # granian's word for it
HANDLERS_THEN_A_STOP = """
import os, signal, time
from granian._signals import set_sync_signals
from provider.stopping import hear_every_stop

hear_every_stop()
set_sync_signals()  # nobody reads what the handlers tell yet
os.kill(os.getpid(), signal.SIGTERM)
time.sleep(0.5)
print("goes on", flush=True)
os._exit(0)
"""


def test_signal_that_reaches_another_thread_stops_the_worker(tmp_path: Path) -> None:
    """signal(7): any thread may get a signal of the process; only the main one runs Python's handlers."""
    provider = LiveProvider(tmp_path)
    log = tmp_path / "server.log"
    with background(["-m", "provider.serve"], provider.environ, log) as server:
        wait_for(f"{provider.issuer}/readyz", server, log)
        worker = child_of(server.pid)
        others = sorted(int(entry.name) for entry in Path(f"/proc/{worker}/task").iterdir())[1:]

        assert any(ctypes.CDLL(None).tgkill(worker, other, signal.SIGTERM) == 0 for other in others)

        wait_until_gone(worker)
        wait_for(f"{provider.issuer}/readyz", server, log)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_request_in_flight_is_answered_before_the_end(number: signal.Signals, tmp_path: Path) -> None:
    """Ctrl+C is a SIGINT for the worker and one for the server, which passes it on: two stops."""
    provider = LiveProvider(tmp_path)
    log = tmp_path / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "provider.serve"],
            cwd=CHECKOUT,
            env=provider.environ,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(f"{provider.issuer}/readyz", server, log)
        host, _, port = provider.issuer.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS) as client:
            head = (
                f"POST /token HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\nContent-Length: 29\r\n"
            )
            client.sendall(
                f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type=".encode()
            )
            time.sleep(0.2)
            os.killpg(server.pid, number)
            time.sleep(0.2)
            client.sendall(b"client_credentials")
            answer = client.recv(1024)
        status = server.wait(PATIENCE_SECONDS)
    finally:
        server.kill()
        server.wait()

    assert answer.startswith(b"HTTP/1.1 401 ")
    assert status == 0
    assert KILLED not in log.read_text()


def test_worker_that_is_still_starting_stops_too(tmp_path: Path) -> None:
    """It has the handlers of the process that it was forked from, which would tell that one only."""
    provider = LiveProvider(tmp_path)
    log = tmp_path / "server.log"
    with background(["-m", "provider.serve"], provider.environ, log) as server:
        child_of(server.pid)
        server.terminate()
        status = server.wait(PATIENCE_SECONDS)

    assert status == 0
    assert KILLED not in log.read_text()


def test_stop_between_two_steps_of_granians_start_does_not_block() -> None:
    """Its handler waits for ever, holding the interpreter's lock, when it is run twice and nobody reads."""
    done = subprocess.run(
        [sys.executable, "-c", HANDLERS_THEN_A_STOP],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert done.stdout == "goes on\n"


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
    """Return when the process has ended and the one that started it has asked how."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)
    raise AssertionError(f"process {pid} goes on")
