"""npm's oidc-provider as a target."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.sign_in import sign_in
from benchmarks.process import Process, serving
from benchmarks.target import Target, enrol

FOLDER = Path(__file__).parent / "oidc_provider"
INSTALL = ("npm", "install", "--no-audit", "--no-fund", "--no-package-lock")
SECRET = "bench-secret-of-32-characters-000"
SEEDED_GRANTS = 64


@contextmanager
def oidc_provider(port: int, store: str) -> Iterator[tuple[Process, Target]]:
    """Run it over ``memory``, ``sqlite`` or a PostgreSQL URL."""
    if not (FOLDER / "node_modules").exists():
        subprocess.run(INSTALL, cwd=FOLDER, check=True)
    with tempfile.TemporaryDirectory(prefix="oidc-provider-") as folder:
        place = str(Path(folder) / "peer.db") if store == "sqlite" else store.replace("+psycopg", "")
        command = [shutil.which("node") or "node", "server.mjs", str(port), place]
        ready = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
        production = {"NODE_ENV": "production"}
        with serving(command, ready=ready, environment=production, folder=FOLDER, is_quiet=True) as process:
            target = enrol(
                port,
                client_id="bench",
                secret=SECRET,
                scope="openid email",
                grants=SEEDED_GRANTS,
                sign_in=sign_in,
            )
            yield process, target
