"""A rolling upgrade: the earlier version's server beside this one's, over the schema that is already new."""

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from models.database import Database
from provider import migrate
from tests.builders import PASSWORD
from tests.conftest import POSTGRESQL
from tests.databases import PostgreSQLTemplate
from tests.deploy.earlier import WEB, EarlierPaper, code_for, has_commit, redeem
from tests.live import PATIENCE_SECONDS, background, wait_for
from tests.person import Person
from tests.ports import free_port

EARLIER, ITS_REVISION = "2c30e60", "0012"

pytestmark = [
    *(pytest.mark.journey, pytest.mark.slow, pytest.mark.postgres),
    pytest.mark.skipif(POSTGRESQL is None, reason="PostgreSQL is not here"),
    pytest.mark.skipif(not has_commit(EARLIER), reason="the history here does not reach back"),
]


def refreshed(base: str, client: dict[str, Any], tokens: dict[str, Any]) -> dict[str, Any]:
    answer = redeem(base, client, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def status_of(base: str, tokens: dict[str, Any]) -> int:
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    return requests.get(f"{base}/userinfo", headers=bearer, timeout=PATIENCE_SECONDS).status_code


def test_two_versions_serve_side_by_side(postgres_template: PostgreSQLTemplate, tmp_path: Path) -> None:
    """The schema first, then the nodes one by one; what one version begins the other ends, and back again."""
    old, new = (f"http://localhost:{free_port()}" for _ in range(2))
    log = tmp_path / "new.log"
    with ExitStack() as stack:
        url = stack.enter_context(postgres_template.copy())
        database = Database(url)
        stack.callback(database.dispose)
        migrate.downgrade(database, ITS_REVISION)
        environ = {
            "PATH": os.environ["PATH"],
            "PAPER_ISSUER": old,
            "PAPER_DATABASE_URL": url,
            "PAPER_MASTER_KEY_FILE": str(tmp_path / "master.key"),
        }
        paper = EarlierPaper(EARLIER, tmp_path, environ)
        paper.run("-m", "provider.first_run")
        paper.run("-m", "flask", "user", "create", "ada", "--password-stdin", stdin=PASSWORD)
        client, person = paper.register(WEB), Person()

        with paper.serving(old):
            code = code_for(person, old, client)
            before = redeem(old, client, code=code_for(person, old, client)).json()
            migrate.upgrade(database)  # under the feet of the version that does not know it
            still = refreshed(old, client, before)
            beside = environ | {"PAPER_BIND": new.removeprefix("http://").replace("localhost", "127.0.0.1")}
            with background(["-m", "provider.serve"], beside, log) as process:
                wait_for(f"{new}/readyz", process, log)
                begun_at_old = redeem(new, client, code=code).json()
                begun_at_new = redeem(old, client, code=code_for(person, new, client)).json()
                to_and_fro = refreshed(old, client, refreshed(new, client, still))
                seen = [
                    status_of(base, tokens) for base in (old, new) for tokens in (begun_at_old, begun_at_new)
                ]
                replayed = redeem(new, client, code=code)
                at_old = redeem(
                    old, client, grant_type="refresh_token", refresh_token=begun_at_old["refresh_token"]
                )
        with paper.serving(old):  # rolled back: started anew over the newer schema
            rolled_back = refreshed(old, client, to_and_fro)

    assert seen == [200] * 4
    assert (replayed.json()["error"], at_old.json()["error"]) == ("invalid_grant", "invalid_grant")
    assert rolled_back["access_token"]
