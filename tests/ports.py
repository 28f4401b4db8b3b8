"""Ports to start servers at, which stay free until then."""

import os
import random
import socket

FIRST, LAST = 12_000, 32_000  # below those that kernels give to whoever asks for any (ip(7))
PROCESSES = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))

_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_mine = list(range(FIRST + _worker, LAST, PROCESSES))
random.SystemRandom().shuffle(_mine)


def free_port() -> int:
    """Return a loopback port at which nobody listens, and which no other test is given.

    One that the kernel chooses may be anybody's again by the time that a server starts there: the local end
    of a connection, or a listener of another test.
    """
    while True:
        port = _mine.pop()
        with socket.socket() as server:
            try:
                server.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
