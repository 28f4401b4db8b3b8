"""What a process list tells anybody on the machine: the command lines of what a test has started."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PAUSE_SECONDS = 0.05  # no command is over in less


@contextmanager
def command_lines() -> Iterator[set[bytes]]:
    """Collect, during the block, every command line of every process below this one."""
    seen: set[bytes] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(PAUSE_SECONDS):
            seen.update(_below(os.getpid()))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _below(root: int) -> Iterator[bytes]:
    parents = dict(_parents())
    for pid in parents:
        if root in _ancestors(pid, parents):
            try:
                yield Path(f"/proc/{pid}/cmdline").read_bytes()
            except OSError:  # it has ended
                continue


def _ancestors(pid: int, parents: dict[int, int]) -> Iterator[int]:
    while pid := parents.get(pid, 0):
        yield pid


def _parents() -> Iterator[tuple[int, int]]:
    """Yield every process and the one that started it (proc(5), ``stat``)."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:  # it has ended
                continue
            yield int(entry.name), int(stat.rpartition(")")[2].split()[1])
