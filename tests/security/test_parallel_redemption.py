"""RFC 6749 §4.1.2, RFC 9700 §4.14.2: one winner among many processes, whatever the database."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from keys.master_key import MasterKeys
from provider.factory import create_app
from provider.settings import Settings
from provider.wiring import Services
from tests.browser import Browser, redeem, refresh
from tests.builders import make_client
from tests.conftest import Clock

pytestmark = [pytest.mark.security, pytest.mark.slow]

PROCESSES, THREADS = 5, 10


@dataclass(frozen=True)
class Attempt:
    """What every process tries at the same moment."""

    settings: Settings
    now: int
    client_id: str
    secret: str
    kind: str
    credential: str


def run_attempts(attempt: Attempt, barrier: Any, results: Any) -> None:
    """In a process of its own: send the same request from every thread at once; report the answers."""
    services = Services(attempt.settings, clock=Clock(attempt.now))
    app = create_app(services=services)
    client = services.clients.get(attempt.client_id)
    assert client is not None
    send = redeem if attempt.kind == "code" else refresh
    services.prepare()

    def one(_: int) -> tuple[int, str]:
        http = app.test_client()
        barrier.wait(60)
        response = send(http, client, attempt.secret, attempt.credential)
        return response.status_code, response.get_json().get("refresh_token") or response.get_json()["error"]

    with ThreadPoolExecutor(THREADS) as threads:
        results.put(list(threads.map(one, range(THREADS))))
    services.database.dispose()


def race(attempt: Attempt) -> list[tuple[int, str]]:
    """Return the answers of all processes and threads."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(PROCESSES * THREADS), context.Queue()
    processes = [
        context.Process(target=run_attempts, args=(attempt, barrier, results)) for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    answers = [answer for _ in processes for answer in results.get(timeout=120)]
    for process in processes:
        process.join(60)
    return answers


@pytest.fixture
def prepared(
    services: Services, http: FlaskClient, browser: Browser, ada: str, master_keys: MasterKeys, tmp_path: Path
) -> tuple[Attempt, Any]:
    """A client with a grant, and all that other processes need to take part."""
    path = tmp_path / "master.key"
    master_keys.save(path)
    client, secret = make_client(services)
    settings = replace(services.settings, master_key_file=path)
    attempt = Attempt(settings, services.clock(), client.client_id, secret, "code", "")
    return attempt, client


def test_one_redemption_of_a_code_wins(prepared: Any, http: FlaskClient, browser: Browser) -> None:
    """50 at once: one gets tokens, and the replays end them."""
    attempt, client = prepared
    code = browser.code_for(client, scope="openid offline_access")

    answers = race(replace(attempt, credential=code))
    winners = [token for status, token in answers if status == 200]

    assert len(answers) == PROCESSES * THREADS
    assert len(winners) == 1
    assert {error for status, error in answers if status != 200} == {"invalid_grant"}
    assert refresh(http, client, attempt.secret, winners[0]).get_json()["error"] == "invalid_grant"


def test_one_refresh_without_grace_wins(prepared: Any, http: FlaskClient, browser: Browser) -> None:
    """PAPER_REFRESH_GRACE_SECONDS=0: 50 at once, one winner, and the replays end the grant."""
    attempt, client = prepared
    code = browser.code_for(client, scope="openid offline_access")
    token = redeem(http, client, attempt.secret, code).get_json()["refresh_token"]
    strict = replace(attempt.settings, refresh_grace_seconds=0)

    answers = race(replace(attempt, settings=strict, kind="refresh", credential=token))
    winners = [next_token for status, next_token in answers if status == 200]

    assert len(winners) == 1
    assert {error for status, error in answers if status != 200} == {"invalid_grant"}
    assert refresh(http, client, attempt.secret, winners[0]).get_json()["error"] == "invalid_grant"


def test_parallel_refreshes_within_the_grace_agree(
    prepared: Any, http: FlaskClient, browser: Browser
) -> None:
    """50 at once: all are answered, with the same next token, and the grant lives on."""
    attempt, client = prepared
    code = browser.code_for(client, scope="openid offline_access")
    token = redeem(http, client, attempt.secret, code).get_json()["refresh_token"]

    answers = race(replace(attempt, kind="refresh", credential=token))

    assert {status for status, _ in answers} == {200}
    assert len({next_token for _, next_token in answers}) == 1
    assert refresh(http, client, attempt.secret, answers[0][1]).status_code == 200
