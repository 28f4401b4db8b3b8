"""An earlier Paper, unpacked from the history, and what it leaves behind in a database.

``python -m tests.deploy.earlier COMMIT`` runs that commit's server, has people and clients use it, and writes
``tests/deploy/databases/REVISION.json``: every row, the master key, and what people and clients hold.
"""

import io
import json
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from keys import master_key_file
from models.database import Database
from provider import migrate
from provider.backup.lines import Head, lines_of
from provider.setting_kinds import CHECKOUT, sqlite_url
from tests.builders import PASSWORD, REDIRECT_URI
from tests.live import PATIENCE_SECONDS, background, wait_for
from tests.person import Person
from tests.ports import free_port

DATABASES = Path(__file__).parent / "databases"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
SCOPE = "openid email offline_access"
WEB = {"client_name": "Photo Library", "grant_types": ["authorization_code", "refresh_token"]}
COMPUTED = {**WEB, "client_name": "Archive", "token_endpoint_auth_method": "client_secret_jwt"}
TELEVISION = {"client_name": "Television", "grant_types": [DEVICE], "token_endpoint_auth_method": "none"}


def has_commit(commit: str) -> bool:
    """Whether the history here reaches back to ``commit``."""
    return _git("cat-file", "-e", f"{commit}^{{commit}}").returncode == 0


class EarlierPaper:
    """The code of a commit, run from a folder of its own.

    Args:
        commit: which.
        folder: where it is unpacked, and keeps its log.
        environ: its ``PAPER_`` variables.
    """

    def __init__(self, commit: str, folder: Path, environ: dict[str, str]) -> None:
        self.environ = environ
        self._code = folder / commit
        self._log = folder / f"{commit}.log"
        archive = _git(
            "archive", commit, "--", "app.py", "keys", "migrations", "models", "provider", "validators"
        )
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as packed:
            packed.extractall(self._code, filter="data")

    def run(self, *arguments: str, stdin: str = "") -> str:
        """Run Python with ``arguments``; return what it prints."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self._code,
            env=self.environ,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def register(self, metadata: dict[str, Any]) -> dict[str, Any]:
        """Register a client; return what it is told."""
        document = {"redirect_uris": [REDIRECT_URI], **metadata}
        told = self.run("-m", "flask", "client", "create", "--metadata", "-", stdin=json.dumps(document))
        return dict(json.loads(told))

    @contextmanager
    def serving(self, url: str) -> Iterator[None]:
        """Run the server until the end of the block."""
        with background(["-m", "provider.serve"], self.environ, self._log, folder=self._code) as process:
            wait_for(f"{url}/readyz", process, self._log)
            yield


def code_for(person: Person, base: str, client: dict[str, Any]) -> str:
    """Have ``person`` sign in and allow what is asked where they must; return the code."""
    query = {"response_type": "code", "client_id": client["client_id"], "redirect_uri": REDIRECT_URI}
    answer = person.authorize(f"{base}/authorize?" + urlencode(query | {"scope": SCOPE}), REDIRECT_URI)
    return parse_qs(urlsplit(answer).query)["code"][0]


def redeem(base: str, client: dict[str, Any], **form: str) -> requests.Response:
    """Send a token request of a client with a secret: by default of the code flow."""
    values = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI} | form
    credentials = (client["client_id"], client["client_secret"])
    return requests.post(f"{base}/token", data=values, auth=credentials, timeout=PATIENCE_SECONDS)


def use(paper: EarlierPaper, base: str) -> dict[str, Any]:
    """Have people and clients use a running provider; return what they hold afterwards."""
    person = Person()
    web, computed = paper.register(WEB), paper.register(COMPUTED)
    television = paper.register({**TELEVISION, "redirect_uris": []})
    unused, spent, first = (code_for(person, base, web) for _ in range(3))
    of_spent = redeem(base, web, code=spent).json()
    tokens = redeem(base, web, code=first).json()
    form = {
        "grant_type": "refresh_token",
        "refresh_token": redeem(base, web, code=code_for(person, base, web)).json()["refresh_token"],
    }
    refreshed = redeem(base, web, **form).json()
    device = requests.post(
        f"{base}/device_authorization",
        data={"client_id": television["client_id"], "scope": "openid"},
        timeout=PATIENCE_SECONDS,
    ).json()
    return {
        "clients": {"web": web, "computed": computed, "television": television},
        "cookies": person.cookies(),
        "unused_code": unused,
        "spent_code": spent,
        "refresh_token_of_spent_code": of_spent["refresh_token"],
        "tokens": tokens,
        "spent_refresh_token": form["refresh_token"],
        "refresh_token_after_it": refreshed["refresh_token"],
        "device": device,
    }


def main(commit: str) -> None:
    """Write what ``commit`` leaves behind."""
    port = free_port()
    base = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory(prefix="paper-earlier-") as name:
        folder = Path(name)
        environ = {
            "PAPER_ISSUER": "http://localhost:9031",
            "PAPER_BIND": f"127.0.0.1:{port}",
            "PAPER_CODE_SECONDS": "600",
            "PAPER_DATABASE_URL": sqlite_url(folder / "paper.db"),
            "PAPER_MASTER_KEY_FILE": str(folder / "master.key"),
        }
        paper = EarlierPaper(commit, folder, environ)
        paper.run("-m", "provider.first_run")
        create = ("-m", "flask", "user", "create", "ada", "--email", "ada@example.org", "--password-stdin")
        paper.run(*create, stdin=PASSWORD)
        with paper.serving(base):
            held = use(paper, base)
        database = Database(environ["PAPER_DATABASE_URL"])
        with database.reading() as session:
            connection = session.connection()
            revision = str(migrate.stands_at(connection))
            keys = master_key_file.read(folder / "master.key")
            head = Head(revision, int(time.time()), environ["PAPER_ISSUER"], keys)
            rows = [json.loads(line) for line in lines_of(connection, head)]
        database.dispose()
    lines = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    text = f'{{"held": {json.dumps(held)},\n"lines": [\n{lines}\n]}}\n'
    (DATABASES / f"{revision}.json").write_text(text)


def _git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=CHECKOUT, capture_output=True, check=False)


if __name__ == "__main__":
    main(sys.argv[1])
