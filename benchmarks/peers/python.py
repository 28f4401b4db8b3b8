"""Providers in Python as targets: Authlib on Flask, django-oauth-toolkit.

Each has a folder here with a small application (``app.py``), what fills its database (``prepare.py``) and its
pinned packages (``requirements.txt``), which are installed at first use, and again when they change, into an
environment of its own, ``.venv/peers/NAME``.

gunicorn runs it as one worker with one thread, pinned as Paper is, over a fresh SQLite file in WAL mode with
``synchronous=NORMAL``. The client proves itself by its secret in HTTP Basic; ID tokens, for codes and
refreshes, are signed by RS256 with a key that is read once; refresh tokens rotate.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from benchmarks.peers.sign_in import sign_in
from benchmarks.process import Process, serving
from benchmarks.target import REDIRECT_URI, Target, enrol

PEERS = Path(__file__).parent
ENVIRONMENTS = PEERS.parent.parent / ".venv" / "peers"
GUNICORN = ("-m", "gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", "1")
QUIET = ("--keep-alive", "75", "--log-level", "warning")
SECRET = "bench-secret-of-32-characters-000"
SEEDED_GRANTS = 64


@contextmanager
def python_peer(port: int, name: str) -> Iterator[tuple[Process, Target]]:
    """Run the peer of the folder ``name`` with a fresh database.

    Raises:
        subprocess.CalledProcessError: its packages cannot be installed, or its database not be filled.
    """
    folder, python = PEERS / name, _installed(name)
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as scratch:
        environment = _environment(port, Path(scratch) / "peer.db")
        subprocess.run([python, "prepare.py"], cwd=folder, env={**os.environ, **environment}, check=True)
        command = [python, *GUNICORN, *QUIET, "--bind", f"127.0.0.1:{port}", "app:app"]
        ready = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
        with serving(command, ready=ready, environment=environment, folder=folder) as process:
            target = enrol(
                port,
                client_id="bench",
                secret=SECRET,
                scope="openid email",
                grants=SEEDED_GRANTS,
                sign_in=sign_in,
            )
            yield process, target


def _installed(name: str) -> str:
    """Return the Python of the peer's environment, which is made anew when its packages have changed."""
    place, wanted = ENVIRONMENTS / name, PEERS / name / "requirements.txt"
    python, stamp = place / "bin" / "python", place / "requirements.txt"
    if not stamp.exists() or stamp.read_bytes() != wanted.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", str(wanted)], check=True)
        stamp.write_bytes(wanted.read_bytes())
    return str(python)


def _environment(port: int, database: Path) -> Mapping[str, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "PEER_ISSUER": f"http://127.0.0.1:{port}",
        "PEER_DATABASE": str(database),
        "PEER_KEY": key.decode(),
        "PEER_SECRET": SECRET,
        "PEER_REDIRECT_URI": REDIRECT_URI,
        "AUTHLIB_INSECURE_TRANSPORT": "1",
    }
