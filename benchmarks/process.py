"""A server process, pinned to one core, and what it uses."""

import os
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVER_CORE, CLIENT_CORE = 0, 1
START_SECONDS = 60
STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Process:
    """A server that answers.

    Attributes:
        cold_start_seconds: from its start to the first answer with status 200.
    """

    pid: int
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


def use_client_core() -> None:
    """Run this process beside the servers, not among them."""
    os.sched_setaffinity(0, {CLIENT_CORE % (os.cpu_count() or 1)})


def _use_server_core() -> None:
    os.sched_setaffinity(0, {SERVER_CORE % (os.cpu_count() or 1)})


def use_every_core() -> None:
    """Run this process, and those it starts from now on, wherever there is room."""
    os.sched_setaffinity(0, range(os.cpu_count() or 1))


@contextmanager
def serving(
    command: Sequence[str],
    *,
    ready: str,
    environment: Mapping[str, str],
    folder: Path,
    is_quiet: bool = False,
    is_pinned: bool = True,
) -> Iterator[Process]:
    """Run ``command`` in ``folder`` until the end of the block.

    Args:
        command: program and arguments.
        ready: an address that answers 200 once it serves.
        environment: added to this process's own.
        folder: where it runs.
        is_quiet: whether what it prints is thrown away.
        is_pinned: whether it has one core, which the load generator leaves to it, or shares all of them.

    Raises:
        RuntimeError: it ended, or did not answer in time.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        list(command),
        env={**os.environ, **environment},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if is_quiet else None,
        stderr=subprocess.DEVNULL if is_quiet else None,
        preexec_fn=_use_server_core if is_pinned else use_every_core,
    )
    try:
        _wait(ready, process)
        yield Process(process.pid, time.perf_counter() - started)
    finally:
        process.terminate()
        process.wait(timeout=STOP_SECONDS)


def _wait(ready: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(ready, timeout=1):
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
