"""Everything that runs: the disk, the database, the limiter's store, the nodes."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from shutil import which
from typing import Any

import psycopg

from provider.settings import Settings
from provider.wiring import Services
from tests.builders import make_client, make_user
from tests.chaos.findings import Findings
from tests.chaos.node import Node
from tests.chaos.postmaster import Postmaster
from tests.chaos.small_disk import SmallDisk, small_disk
from tests.chaos.visitor import Visitor
from tests.chaos.wire import Wire
from tests.databases import find_postgresql
from tests.live import LiveProvider
from tests.ports import free_port

WORKERS = 2
MEGABYTES = {"sqlite": 64, "postgres": 512}
SETTINGS = {
    "PAPER_WORKERS": str(WORKERS),
    "PAPER_REGISTRATION": "open",
    "PAPER_REGISTRATIONS_PER_MINUTE": "100000",
    "PAPER_STORED_REQUESTS_PER_MINUTE": "1000000",
}


class Limiter:
    """The store of the limiter: a Redis server that keeps nothing."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        command = ["redis-server", "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        """Kill it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class Stack:
    """The provider and all it lives on.

    Attributes:
        nodes: the servers; the second one runs only while clocks differ.
        bases: the addresses that visitors go to.
        postmaster: ``None`` with SQLite.
        limiter: ``None`` where there is no ``redis-server``.
    """

    def __init__(self, disk: SmallDisk, postmaster: Postmaster | None, limiter: Limiter | None) -> None:
        environ = dict(SETTINGS)
        if limiter is not None:
            environ["PAPER_RATE_LIMIT_STORAGE"] = f"redis://127.0.0.1:{limiter.port}/0"
        if postmaster is not None:
            environ["PAPER_DATABASE_URL"] = postmaster.url("chaos")
        self.disk, self.postmaster, self.limiter = disk, postmaster, limiter
        self.provider = LiveProvider(disk.folder, **environ)
        first = int(self.provider.issuer.rpartition(":")[2])
        log = disk.folder.parent / "provider.log"
        self.nodes = [Node(port, self.provider.environ, log) for port in (first, free_port())]
        self.bases = [self.nodes[0].base]

    def visitors(self, number: int, findings: Findings, random: Random) -> list[Visitor]:
        """Return ``number`` visitors, each with a person and a client of its own."""
        services = Services(Settings.from_environ(self.provider.environ))
        found = []
        for each in range(number):
            make_user(services, f"visitor{each}")
            client, secret = make_client(services)
            information: dict[str, Any] = {"client_id": client.client_id, "client_secret": secret}
            own = Random(random.random())
            wire = Wire(self.bases, findings, own)
            found.append(Visitor(f"visitor{each}", information, wire, own))
        services.database.dispose()
        return found


@contextmanager
def running(store: str, folder: Path) -> Iterator[Stack]:
    """Lend the whole of it, running; ``store`` is ``sqlite`` or ``postgres``.

    Raises:
        RuntimeError: PostgreSQL is wanted and not installed.
    """
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(folder, MEGABYTES[store]))
        postmaster = _postmaster(disk, stack) if store == "postgres" else None
        limiter = Limiter() if which("redis-server") else None
        if limiter is not None:
            limiter.start()
            stack.callback(limiter.kill)
        whole = Stack(disk, postmaster, limiter)
        for node in whole.nodes:
            stack.callback(node.kill)
        whole.nodes[0].start()
        whole.nodes[0].wait()
        yield whole


def _postmaster(disk: SmallDisk, stack: ExitStack) -> Postmaster:
    binaries = find_postgresql()
    if binaries is None:
        raise RuntimeError("PostgreSQL is not installed")
    postmaster = Postmaster(binaries, parent=disk.folder)
    postmaster.start()
    stack.callback(postmaster.stop)
    with psycopg.connect(postmaster.conninfo_of("postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE chaos")
    return postmaster
