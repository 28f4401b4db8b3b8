"""Two nodes behind nginx, over PostgreSQL with a replica: they are one provider, and it survives."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests

from tests.builders import REDIRECT_URI
from tests.databases import PostgreSQLServer, find_postgresql
from tests.live import PATIENCE_SECONDS, LiveProvider
from tests.nginx import NGINX
from tests.nodes.site import Site, pgbouncer, replicated
from tests.nodes.visitors import refresh, sign_in, visiting

CHANGED = '{"redirect_uris": ["https://new.example/callback"]}'
PGBOUNCER = shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")

IS_REQUIRED = os.environ.get("PAPER_TEST_POSTGRES") == "require"
IS_HERE = None not in (NGINX, PGBOUNCER, find_postgresql())

pytestmark = [
    *(pytest.mark.journey, pytest.mark.slow, pytest.mark.postgres),
    pytest.mark.skipif(not IS_HERE and not IS_REQUIRED, reason="PostgreSQL, nginx or PgBouncer is not here"),
]


Servers = tuple[PostgreSQLServer, PostgreSQLServer, str]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with replicated() as found:
        yield found


@pytest.fixture(scope="module")
def site(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return site_over(servers, tmp_path_factory.mktemp("site"))


def site_over(servers: Servers, folder: Path) -> Site:
    cached = {f"PAPER_{name}_CACHE_SECONDS": "2" for name in ("CLIENT", "JWKS")}
    return Site(folder, LiveProvider(folder, PAPER_DATABASE_URL=servers[2], **cached))


@pytest.fixture
def client(site: Site) -> dict[str, Any]:
    return site.provider.register()


def until(is_so: Callable[[], bool], seconds: float = 30) -> float:
    """Wait; return how many seconds it took."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < seconds
        time.sleep(0.05)
    return time.monotonic() - started


def kid(tokens: dict[str, Any]) -> str:
    return str(jwt.get_unverified_header(tokens["id_token"])["kid"])


def test_the_nodes_are_one_provider(site: Site, client: dict[str, Any]) -> None:
    """What one begins the other ends; a new key and a changed client reach both within the cache time."""
    one, other = (node.url for node in site.nodes)
    provider = site.provider
    with site.serving():
        tokens = sign_in(provider, client, at=one, then_at=other)
        again = refresh(one, client, tokens["refresh_token"])
        authorization = {"Authorization": f"Bearer {again['access_token']}"}
        userinfo = requests.get(f"{other}/userinfo", headers=authorization, timeout=PATIENCE_SECONDS)
        assert userinfo.json()["sub"] == provider.sub

        provider.flask("keys", "rotate", "--alg", "RS256", "--now")
        until(
            lambda: all(
                kid(sign_in(provider, client, at=one, then_at=n)) != kid(tokens) for n in (one, other)
            )
        )
        published = [requests.get(f"{node}/jwks", timeout=PATIENCE_SECONDS).json() for node in (one, other)]
        assert published[0] == published[1]

        provider.flask("client", "update", client["client_id"], "--metadata", "-", stdin=CHANGED)
        url = (
            f"{other}/authorize?response_type=code&client_id={client['client_id']}&scope=openid&redirect_uri="
        )
        until(lambda: requests.get(f"{url}{REDIRECT_URI}", timeout=PATIENCE_SECONDS).status_code == 400)


def test_a_node_that_is_stopped_is_not_missed(site: Site, client: dict[str, Any]) -> None:
    """Stopped under load: nobody notices, nginx asks the other one."""
    with site.serving() as (first, second):
        with visiting(site.provider, client) as visits:
            until(lambda: len(visits.tokens) >= 3)
            first.terminate()
            first.wait(PATIENCE_SECONDS)
            done = len(visits.tokens)
            until(lambda: len(visits.tokens) >= done + 6)
        assert visits.failures == []
        assert second.poll() is None


def test_pgbouncer_in_transaction_mode(site: Site, client: dict[str, Any], servers: Servers) -> None:
    """More connections than the server has; statements are not kept prepared."""
    with pgbouncer(servers[0], str(PGBOUNCER)) as url:
        environ = site.provider.environ | {"PAPER_DATABASE_URL": url, "PAPER_POSTGRES_PREPARE": "no"}
        node = site.nodes[0]
        with node.serving(environ):
            for _ in range(8):
                tokens = sign_in(site.provider, client, at=node.url, then_at=node.url)
                assert refresh(node.url, client, tokens["refresh_token"])["access_token"]


def test_fail_over_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """The primary dies under load, the replica takes over: the nodes find it, every refresh token is good."""
    with ExitStack() as stack:
        primary, replica, _ = servers = stack.enter_context(replicated())
        site = site_over(servers, tmp_path)
        client = site.provider.register()
        stack.enter_context(site.serving())
        with visiting(site.provider, client) as visits:
            until(lambda: len(visits.tokens) >= 6)
            primary.kill()
            replica.promote()
            done = len(visits.tokens)
            until(lambda: len(visits.tokens) >= done + 6)
        assert visits.failures  # the primary was missed
        for tokens in visits.tokens:
            assert refresh(site.provider.issuer, client, tokens["refresh_token"])["access_token"]
