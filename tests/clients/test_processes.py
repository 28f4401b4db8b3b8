"""The server's processes: several of them, and one on a small board."""

from pathlib import Path
from typing import Any

import pytest
from requests_oauthlib import OAuth2Session

from tests.builders import REDIRECT_URI
from tests.live import LiveProvider
from tests.person import Person

pytestmark = [pytest.mark.journey, pytest.mark.slow]

SMALL_BOARD = """
import os, resource, runpy
most = 192 << 20  # of the worker, stacks of its threads and all; the process that starts it takes 64
resource.setrlimit(resource.RLIMIT_DATA, (most, most))
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
runpy.run_module("provider.serve", run_name="__main__")
"""


@pytest.fixture(autouse=True)
def insecure_transport(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let oauthlib speak http to this machine."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


def sign_in(provider: LiveProvider, client: dict[str, Any]) -> str:
    """Go through login, consent, exchange, refresh and UserInfo; return whose it was."""
    secret = client["client_secret"]
    oauth = OAuth2Session(client["client_id"], redirect_uri=REDIRECT_URI, scope=["openid", "offline_access"])
    url, _state = oauth.authorization_url(provider.endpoint("authorization_endpoint"))
    answer, token_endpoint = Person().authorize(url, REDIRECT_URI), provider.endpoint("token_endpoint")
    oauth.fetch_token(token_endpoint, authorization_response=answer, client_secret=secret)
    oauth.refresh_token(token_endpoint, auth=(client["client_id"], secret))
    return str(oauth.get(provider.endpoint("userinfo_endpoint")).json()["sub"])


def test_any_worker_may_answer(database_url: str, tmp_path: Path) -> None:
    """Pages, codes and tokens pass from process to process through the database and the master key alone."""
    provider = LiveProvider(tmp_path, PAPER_DATABASE_URL=database_url, PAPER_WORKERS="2")
    client = provider.register()

    with provider.serving():
        subjects = [sign_in(provider, client) for _ in range(4)]

    assert subjects == [provider.sub] * 4


def test_256_megabytes_and_one_core_are_enough(tmp_path: Path) -> None:
    """A small board: with the defaults people sign in, again and again."""
    provider = LiveProvider(tmp_path)
    client = provider.register()

    with provider.serving("-c", SMALL_BOARD):
        subjects = [sign_in(provider, client) for _ in range(8)]

    assert subjects == [provider.sub] * 8
