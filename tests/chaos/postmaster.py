"""A durable PostgreSQL server that can be killed and started again."""

import os
import signal
import time
from pathlib import Path

from tests.databases import PostgreSQLServer

DURABLE = "-c max_connections=100 -c shared_buffers=64MB -c max_wal_size=128MB -c min_wal_size=80MB"
START_SECONDS = 60


class Postmaster(PostgreSQLServer):
    """See ``PostgreSQLServer``; durable as it is installed."""

    def start(self, options: str = DURABLE) -> None:
        """See ``PostgreSQLServer``."""
        super().start(options)

    def kill(self) -> None:
        """Kill the postmaster and nothing else: what it started has to notice."""
        os.kill(self._pid(), signal.SIGKILL)

    def restart(self) -> None:
        """Restart at once: no checkpoint, every connection is cut."""
        self._call("pg_ctl", "-D", "data", "-m", "immediate", "-w", "-l", "log", "restart")

    def start_again(self) -> None:
        """Start after a kill, as soon as those that it left behind have gone.

        Raises:
            RuntimeError: it does not start for a minute.
        """
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._run_server(DURABLE)
                return
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def is_running(self) -> bool:
        """Whether there is a postmaster."""
        pid = self._pid()
        return pid != 0 and Path(f"/proc/{pid}").exists()

    def _pid(self) -> int:
        path = self._folder / "data" / "postmaster.pid"
        return int(path.read_text().split()[0]) if path.exists() else 0
