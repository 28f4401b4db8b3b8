"""Signing in at a peer, which takes whoever comes."""

from urllib.parse import urljoin

import requests

from benchmarks.target import REDIRECT_URI, TIMEOUT_SECONDS


def sign_in(browser: requests.Session, address: str) -> None:
    """Follow the redirects through sign-in and consent."""
    location = address
    while not location.startswith(REDIRECT_URI):
        answer = browser.get(location, allow_redirects=False, timeout=TIMEOUT_SECONDS)
        assert answer.is_redirect, f"{location}: {answer.status_code} {answer.text}"
        location = urljoin(location, answer.headers["Location"])
