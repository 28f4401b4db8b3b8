"""People who sign in at a site again and again, and what they were promised."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.builders import REDIRECT_URI
from tests.live import PATIENCE_SECONDS, LiveProvider
from tests.person import Person

Tokens = dict[str, Any]


def sign_in(
    provider: LiveProvider, client: dict[str, Any], *, at: str | None = None, then_at: str | None = None
) -> Tokens:
    """Authorize at one node and redeem at another; by default at whichever nginx chooses.

    Raises:
        requests.RequestException: a node was gone or said that it cannot answer.
    """
    scope = "openid offline_access"
    query = {"response_type": "code", "client_id": client["client_id"], "scope": scope}
    url = (
        requests.Request(
            "GET", f"{at or provider.issuer}/authorize", params=query | {"redirect_uri": REDIRECT_URI}
        )
        .prepare()
        .url
    )
    answer = Person().authorize(str(url), REDIRECT_URI)
    code = answer.split("code=")[1].split("&")[0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
    return token_request(then_at or provider.issuer, client, form)


def refresh(base: str, client: dict[str, Any], token: str) -> Tokens:
    """Return the next tokens, from a node or the site."""
    return token_request(base, client, {"grant_type": "refresh_token", "refresh_token": token})


def token_request(base: str, client: dict[str, Any], form: dict[str, str]) -> Tokens:
    """Return a token response.

    Raises:
        requests.RequestException: it is an error.
    """
    auth = (client["client_id"], client["client_secret"])
    response = requests.post(f"{base}/token", data=form, auth=auth, timeout=PATIENCE_SECONDS)
    response.raise_for_status()
    return dict(response.json())


@dataclass
class Visits:
    """What came of them.

    Attributes:
        tokens: every token response that was acknowledged.
        failures: what went wrong, in order.
    """

    tokens: list[Tokens] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@contextmanager
def visiting(provider: LiveProvider, client: dict[str, Any], *, people: int = 3) -> Iterator[Visits]:
    """Have people sign in, one after the other in each thread, for as long as the block takes."""
    visits, is_over = Visits(), threading.Event()

    def visit() -> None:
        while not is_over.is_set():
            try:
                visits.tokens.append(sign_in(provider, client))
            except (requests.RequestException, AssertionError) as error:
                visits.failures.append(repr(error)[:300])

    threads = [threading.Thread(target=visit) for _ in range(people)]
    for thread in threads:
        thread.start()
    try:
        yield visits
    finally:
        is_over.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
