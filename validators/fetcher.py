"""What the provider fetches from others, with care: one guarded way out."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from validators.errors import FetchError
from validators.outbound import Outbound, OutboundAllow

if TYPE_CHECKING:
    import requests

MAX_BYTES = 256 * 1024
TOTAL_SECONDS = 5.0
CHUNK_BYTES = 16 * 1024
HEADERS = {
    "Accept": "application/json, application/jwt",
    "Accept-Encoding": "identity",
    "User-Agent": "Paper",
}


class Fetcher:
    """Fetches documents from addresses that others have named.

    https only, save from places that the operator has allowed; no redirects, no cookies, no proxies and no
    passwords from the environment; at most 256 kB and 5 seconds in all; addresses inside the operator's
    network are out of reach unless allowed. The certificate must be the named host's.

    Args:
        allow: internal places that may be reached.
        ca_bundle: a PEM file of the authorities to believe, instead of the usual ones.
        seconds: the longest that one fetch may take, whatever the other side does.
    """

    def __init__(
        self, allow: OutboundAllow, ca_bundle: Path | None = None, *, seconds: float = TOTAL_SECONDS
    ) -> None:
        self._allow = allow
        self._verify = str(ca_bundle) if ca_bundle else True
        self._seconds = seconds

    def json(self, url: str) -> Any:
        """Return the JSON document at ``url``.

        Raises:
            FetchError: anything but status 200 and a JSON document within the limits.
        """
        body = self._get(url)
        try:
            return json.loads(body.decode())
        except (ValueError, RecursionError):
            raise FetchError(f"{_place(url)} is no JSON") from None

    def text(self, url: str) -> str:
        """Return the ASCII text at ``url``, such as a JWT.

        Raises:
            FetchError: anything but status 200 and such a text within the limits.
        """
        try:
            return self._get(url).decode("ascii")
        except UnicodeDecodeError:
            raise FetchError(f"{_place(url)} is no ASCII") from None

    def post(self, url: str, form: Mapping[str, str]) -> int:
        """Send ``form`` to ``url``; return the status of the answer, of which nothing else is read.

        Raises:
            FetchError: there was no answer within the limits.
        """
        return self._posted(url, data=form)

    def post_json(self, url: str, document: Mapping[str, str], bearer: str) -> int:
        """Send ``document`` as JSON with a bearer token (RFC 6750 §2.1); return the status of the answer.

        Raises:
            FetchError: there was no answer within the limits.
        """
        return self._posted(url, json=document, headers={**HEADERS, "Authorization": f"Bearer {bearer}"})

    def _posted(self, url: str, **content: Any) -> int:
        deadline = time.monotonic() + self._seconds
        with self._session(url) as session, self._asked(session, "POST", url, **content) as response:
            _require_in_time(url, deadline)  # a head that was cut looks whole
            return response.status_code

    def _get(self, url: str) -> bytes:
        deadline = time.monotonic() + self._seconds
        with self._session(url) as session, self._asked(session, "GET", url) as response:
            return self._body(response, url, deadline)

    @contextmanager
    def _session(self, url: str) -> Iterator[requests.Session]:
        """Lend a session that reaches nothing but the host of ``url``, and all of it for a limited time."""
        from validators.guarded_http import FAILURES, guarded_session

        scheme = _require_plain(url)
        outbound = Outbound(self._allow, scheme == "https", self._seconds)
        timer = threading.Timer(self._seconds, outbound.cut)
        timer.daemon = True
        timer.start()
        try:
            with guarded_session(scheme, outbound) as session:
                yield session
        except FAILURES as error:
            raise FetchError(f"{_place(url)}: {_reason(error)}") from error
        finally:
            timer.cancel()
            outbound.close()

    def _asked(
        self,
        session: requests.Session,
        method: str,
        url: str,
        headers: Mapping[str, str] = HEADERS,
        **content: Any,
    ) -> requests.Response:
        return session.request(
            method,
            url,
            headers=headers,
            timeout=self._seconds,
            verify=self._verify,
            allow_redirects=False,
            stream=True,
            **content,
        )

    @staticmethod
    def _body(response: requests.Response, url: str, deadline: float) -> bytes:
        if response.status_code != 200:
            raise FetchError(f"{_place(url)} answers {response.status_code}")
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise FetchError(f"{_place(url)} is compressed")
        body = bytearray()
        is_whole = False
        while not is_whole:
            chunk = response.raw.read(CHUNK_BYTES)
            body += chunk
            is_whole = not chunk
            if len(body) > MAX_BYTES:
                raise FetchError(f"{_place(url)} is larger than {MAX_BYTES} bytes")
            _require_in_time(url, deadline)
        return bytes(body)


def _require_plain(url: str) -> str:
    """Return the scheme of a URL that can be fetched at all."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("https", "http") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or "@" in parts.netloc or parts.fragment or not url.isascii():
        raise FetchError("not an https URL without user information and fragment")
    return parts.scheme


def _require_in_time(url: str, deadline: float) -> None:
    if time.monotonic() >= deadline:
        raise FetchError(f"{_place(url)} takes too long")


def _reason(error: BaseException) -> str:
    """Return what is at the bottom of ``error``: what wraps it repeats the URL with its query."""
    while (inner := error.__cause__ or error.__context__ or getattr(error, "reason", None)) is not None:
        if not isinstance(inner, BaseException):
            break
        error = inner
    return str(error)


def _place(url: str) -> str:
    """Return where ``url`` leads, without the rest of it, for a log line."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
