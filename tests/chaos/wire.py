"""HTTP as a visitor of a troubled provider sees it: an answer, no answer, or something that must not be."""

import time
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar
from urllib.parse import urlsplit

import requests

from tests.chaos.findings import Findings
from tests.person import Person

TIMEOUT_SECONDS = 15
RETRY_SECONDS = 25  # less than the grace of a refresh token
PAUSE_SECONDS = 0.05
T = TypeVar("T")


class NoAnswer(Exception):
    """The connection broke, or the provider said that it cannot answer: nothing was acknowledged."""


class Wire:
    """Sends requests to any of the nodes.

    Args:
        bases: the nodes' addresses; a path goes to one of them, drawn by ``random``. The list is shared and
            changes when a node comes or goes.
    """

    def __init__(self, bases: Sequence[str], findings: Findings, random: Random) -> None:
        self.findings = findings
        self.bases = bases
        self._random = random
        self._http = requests.Session()

    def url(self, path: str) -> str:
        """Return the address of ``path`` at one of the nodes."""
        return f"{self._random.choice(tuple(self.bases))}{path}"

    def elsewhere(self, url: str) -> str:
        """Return ``url`` at one of the nodes, whichever it names."""
        parts = urlsplit(url)
        return self.url(f"{parts.path}?{parts.query}" if parts.query else parts.path)

    def send(self, method: str, path: str, **arguments: object) -> requests.Response:
        """Send a request without anybody's cookies.

        Raises:
            NoAnswer: it has none.
        """
        self._http.cookies.clear()
        return self.judge(lambda: self._http.request(method, self.url(path), **OPTIONS, **arguments))  # type: ignore[arg-type]

    def judge(self, call: Callable[[], requests.Response]) -> requests.Response:
        """Return the response of ``call``; note it where it is one that nobody documents.

        Raises:
            NoAnswer: see above; also after a 500, which is a finding.
        """
        try:
            response = call()
        except (
            requests.ConnectionError,
            requests.Timeout,
            requests.exceptions.ChunkedEncodingError,
        ) as error:
            self.findings.count_no_answer(type(error).__name__)
            raise NoAnswer(str(error)) from error
        if response.status_code in (503, 429):
            self.findings.count_no_answer(str(response.status_code))
            raise NoAnswer(response.text[:200])
        if response.status_code >= 500:
            what = f"{response.request.method} {response.request.path_url[:80]}"
            self.findings.add(f"{what}: {response.status_code} {response.text[:120]}")
            raise NoAnswer(response.text[:200])
        self.findings.count_answer()
        return response


OPTIONS = {"timeout": TIMEOUT_SECONDS, "allow_redirects": False}


class Guest(Person):
    """A person at a provider that may have no answer."""

    def __init__(self, username: str, wire: Wire) -> None:
        super().__init__(username)
        self._wire = wire

    def _send(self, method: str, url: str, data: dict[str, str] | None = None) -> requests.Response:
        self.pages.append(urlsplit(url).path)
        place = self._wire.elsewhere(url)
        return self._wire.judge(lambda: self._http.request(method, place, data=data, **OPTIONS))  # type: ignore[arg-type]

    def forget_everything(self) -> dict[str, str]:
        """Close the browser; return the cookies that it had."""
        cookies = self.cookies()
        self._http.cookies.clear()
        return cookies


def retrying(call: Callable[[], T]) -> T:
    """Return what ``call`` returns once there is an answer.

    Raises:
        NoAnswer: there was none for ``RETRY_SECONDS``.
    """
    deadline = time.monotonic() + RETRY_SECONDS
    while True:
        try:
            return call()
        except NoAnswer:
            if time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE_SECONDS)
