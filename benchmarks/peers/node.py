"""npm's oidc-provider as a target."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import requests

from benchmarks.process import Process, serving
from benchmarks.target import REDIRECT_URI, TIMEOUT_SECONDS, Target, enrol

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
                sign_in=_sign_in,
            )
            yield process, target


def _sign_in(browser: requests.Session, address: str) -> None:
    """Follow the redirects through sign-in and consent; the peer takes whoever comes."""
    location = address
    while not location.startswith(REDIRECT_URI):
        answer = browser.get(location, allow_redirects=False, timeout=TIMEOUT_SECONDS)
        assert answer.is_redirect, f"{location}: {answer.status_code} {answer.text}"
        location = urljoin(location, answer.headers["Location"])
