"""The server: ``python -m provider.serve`` runs granian in front of the application until told to stop."""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryDirectory, gettempdir

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from provider.host import worker_count
from provider.respawns import Respawns
from provider.setting_kinds import CHECKOUT, Address
from provider.settings import BadSettings, Settings
from provider.stopping import stop_while_starting

METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client's name; not imported before it is set
TARGET = "provider.worker:app"


def main() -> int:
    """Serve until SIGINT or SIGTERM; return the exit status, 2 when it cannot begin."""
    try:
        settings = Settings.from_environ(os.environ)
        address = resolve(settings.address)
    except BadSettings as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(f"PAPER_BIND: {settings.address.host} has no address: {error.strerror}")
    if problem := why_not(address):
        return _refuse(f"{_written(settings.address)}: {problem}; PAPER_BIND chooses another place")
    if settings.tracing != "no":
        from provider.tracing.spans import why_not as why_no_traces  # here: its packages are an extra

        if problem := why_no_traces():
            return _refuse(problem)
    os.chdir(CHECKOUT)
    if counts_together(settings) and not has_temporary_folder():
        return _refuse(
            "/metrics of several workers needs a folder to write in: /tmp, or the one TMPDIR names"
        )
    with counting_together(settings):
        _serve(settings, address)
    return 0


def _serve(settings: Settings, address: Address) -> None:
    server = Granian(
        TARGET,
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=worker_count(settings),
        blocking_threads=settings.threads,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        log_access=False,
        working_dir=CHECKOUT,
        websockets=False,
        workers_kill_timeout=10,
    )
    server.respawned_wrks = Respawns()
    stop_while_starting()
    server.on_startup(partial(print, f"Paper serves {settings.issuer} (Ctrl+C ends it)", flush=True))
    server.serve()


@contextmanager
def counting_together(settings: Settings) -> Iterator[None]:
    """Give several workers a folder to count in, of which any can show the sum; see ``provider/metrics``."""
    if not counts_together(settings):
        yield
        return
    with TemporaryDirectory(prefix="paper-metrics-") as folder:
        os.environ[METRICS_FOLDER] = folder
        yield


def counts_together(settings: Settings) -> bool:
    """Whether several workers count, in a folder that nobody has chosen for them."""
    return settings.has_metrics and worker_count(settings) > 1 and METRICS_FOLDER not in os.environ


def has_temporary_folder() -> bool:
    """Whether there is a folder for temporary files: a read-only root file system may leave none."""
    try:
        return bool(gettempdir())
    except FileNotFoundError:
        return False


def resolve(address: Address) -> Address:
    """Return ``address`` with its host as an IP address, IPv4 before IPv6.

    Raises:
        OSError: the host has no address.
    """
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    first = min(found, key=lambda info: info[0] != socket.AF_INET)
    return Address(str(first[4][0]), address.port)


def why_not(address: Address) -> str | None:
    """Return why no server can listen at ``address``; ``None`` when one can.

    A server that shares its ports (SO_REUSEPORT) would let us in beside it and take half of the requests,
    so the port is also called: nobody may answer.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address.host, address.host)  # noqa: S104
    with socket.socket(family, socket.SOCK_STREAM) as caller:
        caller.settimeout(1)
        if caller.connect_ex((target, address.port)) == 0:
            return "another server answers there already"
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            return f"cannot listen there: {os.strerror(error.errno or 0)}"
    return None


def _written(address: Address) -> str:
    return f"[{address.host}]:{address.port}" if ":" in address.host else f"{address.host}:{address.port}"


def _refuse(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
