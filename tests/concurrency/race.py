"""32 workers, processes with threads, that send the same request at the same moment."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from provider.factory import create_app
from provider.settings import Settings
from provider.wiring import Services
from tests.conftest import Clock

PROCESSES, THREADS = 4, 8


@dataclass(frozen=True)
class Request:
    """What every worker sends, as Werkzeug's test client takes it."""

    path: str
    method: str
    arguments: dict[str, Any]
    cookies: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """What one worker got."""

    status: int
    location: str | None
    body: dict[str, Any]


def _work(settings: Settings, now: int, requests: list[Request], start: Any, results: Any) -> None:
    """In a process of its own: one race after the other."""
    services = Services(settings, clock=Clock(now))
    app = create_app(services=services)
    services.prepare()

    def send(request: Request) -> Answer:
        http = app.test_client()
        for name, value in request.cookies.items():
            http.set_cookie(name, value)
        start.wait(60)
        response = http.open(request.path, method=request.method, **request.arguments)
        return Answer(response.status_code, response.location, response.get_json(silent=True) or {})

    with ThreadPoolExecutor(THREADS) as threads:
        answers = [list(threads.map(send, [request] * THREADS)) for request in requests]
    results.put(answers)
    services.database.dispose()


def race(settings: Settings, now: int, requests: list[Request]) -> list[list[Answer]]:
    """Return, for each request in turn, the answers of all workers to it."""
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(PROCESSES * THREADS), context.Queue()
    processes = [
        context.Process(target=_work, args=(settings, now, requests, start, results))
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    found = [results.get(timeout=120) for _ in processes]
    for process in processes:
        process.join(60)
    return [[answer for part in parts for answer in part] for parts in zip(*found, strict=True)]
