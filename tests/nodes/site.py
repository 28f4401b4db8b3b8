"""A site of two nodes: one issuer, one master key, one PostgreSQL with a replica, nginx in front."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg

from tests.databases import PostgreSQLServer, find_postgresql
from tests.live import LiveProvider, background, wait_for
from tests.nginx import PREAMBLE, running
from tests.ports import free_port

OPTIONS = "-c fsync=off -c max_connections=50"
BALANCER = (
    PREAMBLE
    + """
    upstream paper {{
        server 127.0.0.1:{first} max_fails=1 fail_timeout=2s;
        server 127.0.0.1:{second} max_fails=1 fail_timeout=2s;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://paper;
            proxy_set_header Host $http_host;
            proxy_next_upstream error timeout;
            proxy_connect_timeout 2s;
        }}
    }}
}}
"""
)
PGBOUNCER = """
[databases]
site = host=127.0.0.1 port={server} user=paper
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
default_pool_size = 2
server_reset_query =
"""


class Node:
    """One provider of the site, at an address of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self._log = folder / f"{name}.log"

    @contextmanager
    def serving(self, environ: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
        """Run the server; the block may end it sooner."""
        own = environ | {"PAPER_BIND": f"127.0.0.1:{self.port}"}
        with background(["-m", "provider.serve"], own, self._log) as process:
            wait_for(f"{self.url}/readyz", process, self._log)
            yield process


class Site:
    """Where everything of the site is."""

    def __init__(self, folder: Path, provider: LiveProvider) -> None:
        self.provider = provider
        self.nodes = (Node("first", folder), Node("second", folder))
        self._configuration = folder / "nginx.conf"

    @contextmanager
    def serving(self) -> Iterator[tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]]:
        """Run both nodes and nginx; return the nodes' processes."""
        port = self.provider.issuer.rpartition(":")[2]
        first, second = self.nodes
        self._configuration.write_text(
            BALANCER.format(
                folder=self._configuration.parent, port=port, first=first.port, second=second.port
            )
        )
        environ = self.provider.environ
        with ExitStack() as stack:
            processes = [stack.enter_context(node.serving(environ)) for node in self.nodes]
            stack.enter_context(running(self._configuration, self.provider.issuer))
            yield processes[0], processes[1]


@contextmanager
def replicated() -> Iterator[tuple[PostgreSQLServer, PostgreSQLServer, str]]:
    """Lend a primary, its synchronous replica, and the URL that finds whichever can be written to."""
    binaries = find_postgresql()
    assert binaries is not None
    primary, replica = PostgreSQLServer(binaries), PostgreSQLServer(binaries)
    try:
        primary.start(OPTIONS)
        with psycopg.connect(primary.conninfo_of("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE site")
        replica.follow(primary, OPTIONS)
        with psycopg.connect(primary.conninfo_of("postgres"), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = 'replica'")
            connection.execute("SELECT pg_reload_conf()")
        hosts = "&".join(f"host=127.0.0.1:{server.port}" for server in (primary, replica))
        yield (
            primary,
            replica,
            f"postgresql+psycopg://paper@/site?{hosts}&target_session_attrs=read-write&connect_timeout=2",
        )
    finally:
        replica.stop()
        primary.stop()


@contextmanager
def pgbouncer(server: PostgreSQLServer, program: str) -> Iterator[str]:
    """Run PgBouncer in transaction mode in front of a server; return the URL of its database through it."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="paper-pgbouncer-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # it runs as somebody else
        (folder / "users.txt").write_text('"paper" ""\n')
        (folder / "pgbouncer.ini").write_text(
            PGBOUNCER.format(server=server.port, port=port, users=folder / "users.txt")
        )
        user = "nobody" if os.geteuid() == 0 else None
        command = [program, "-q", str(folder / "pgbouncer.ini")]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL, user=user) as process:
            try:
                yield f"postgresql+psycopg://paper@127.0.0.1:{port}/site"
            finally:
                process.terminate()
