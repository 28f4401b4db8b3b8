"""Whether everything that was acknowledged is still true."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from tests.chaos.acknowledged import HeldGrant, HeldRegistration
from tests.chaos.visitor import GRACE_SECONDS, Visitor
from tests.chaos.wire import NoAnswer, retrying

SAMPLE = 6
T = TypeVar("T")


class Audit:
    """Looks over one visitor's journal when nothing troubles the provider any more.

    Args:
        visitor: who is at rest meanwhile.
        most: how many of each kind are looked at, the newest and some older ones; ``None`` for all.
    """

    def __init__(self, visitor: Visitor, most: int | None = SAMPLE) -> None:
        self._visitor = visitor
        self._most = most
        self._add = visitor.wire.findings.add

    def run(self) -> int:
        """Note a finding for each thing that is not true any more; return how many were looked at."""
        journal = self._visitor.journal
        checks: list[Callable[[], None]] = [
            *(partial(self._is_over, each) for each in self._some(journal.over())),
            *(partial(self._is_alive, each) for each in self._some(journal.live())),
            *(partial(self._is_registered, each) for each in self._some(journal.registrations)),
            *(partial(self._is_signed_out, each) for each in self._some(journal.ended)),
            self._is_remembered,
        ]
        for check in checks:
            try:
                retrying(check)
            except NoAnswer as error:
                self._add(f"no answer long after the fault: {error}")
        return len(checks)

    def _some(self, them: Sequence[T]) -> list[T]:
        if self._most is None or len(them) <= self._most:
            return list(them)
        half = self._most // 2
        return [*them[-half:], *self._visitor.random.sample(them[:-half], half)]

    def _is_over(self, grant: HeldGrant) -> None:
        """A grant that is over gives nothing for its code, its newest refresh token and its access token."""
        refuses = self._visitor.expect_refusal
        if grant.access_token and (status := self._userinfo(grant)) != 401:
            self._add(f"the access token of a grant that is over was answered with {status}")
        if grant.refresh_tokens:
            newest = grant.refresh_tokens[-1]
            refuses(self._visitor.refresh(newest), "the refresh token of a grant that is over")
        # The code comes last: presenting it ends a grant that should have been over already.
        refuses(self._visitor.redeem(grant.code), "the code of a grant that is over")

    def _is_alive(self, grant: HeldGrant) -> None:
        """Its newest token works; then, for some, an old credential is replayed, and all of it is over."""
        if time.monotonic() < grant.access_ends and (status := self._userinfo(grant)) != 200:
            self._add(f"a good access token was answered with {status}")
        old = self._an_old_credential(grant)
        if old is None:
            answer = self._visitor.refresh(grant.refresh_tokens[-1])
            if answer.status_code != 200:
                grant.is_unknown = True
                self._add(f"an acknowledged refresh token was refused: {answer.text[:60]}")
                return
            grant.take(answer.json())
            return
        grant.is_over = True
        replay = self._visitor.redeem if old == grant.code else self._visitor.refresh
        self._visitor.expect_refusal(retrying(lambda: replay(old)), "a spent credential")
        self._is_over(grant)

    def _an_old_credential(self, grant: HeldGrant) -> str | None:
        """Return what must be refused by now, for one grant in two; ``None`` otherwise."""
        kind = self._visitor.random.random()
        if kind < 0.2:
            return grant.code
        if kind < 0.5 and len(grant.refresh_tokens) > 2:
            return grant.refresh_tokens[-3]
        if len(grant.refresh_tokens) > 1 and time.monotonic() > grant.rotated_at + GRACE_SECONDS + 1:
            return grant.refresh_tokens[-2]
        return None

    def _userinfo(self, grant: HeldGrant) -> int:
        headers = {"Authorization": f"Bearer {grant.access_token}"}
        return self._visitor.wire.send("GET", "/userinfo", headers=headers).status_code

    def _is_registered(self, held: HeldRegistration) -> None:
        headers = {"Authorization": f"Bearer {held.token}"}
        status = self._visitor.wire.send("GET", held.uri_path, headers=headers).status_code
        if status != (401 if held.is_deleted else 200):
            self._add(f"a client that is {'gone' if held.is_deleted else 'registered'} answers {status}")

    def _is_signed_out(self, cookies: dict[str, str]) -> None:
        """The cookies of an ended sign-in are worth nothing."""
        answer = self._silently(cookies)
        if answer.get("error") != "login_required":
            self._add(f"an ended sign-in answers {answer}")

    def _is_remembered(self) -> None:
        """The present sign-in and the consent give a code without a page."""
        journal = self._visitor.journal
        if journal.is_signed_in and journal.has_consented:
            answer = self._silently(self._visitor.cookies())
            if "code" not in answer:
                self._add(f"a sign-in with a consent answers {answer}")

    def _silently(self, cookies: dict[str, str]) -> dict[str, str]:
        path = self._visitor.request("openid", prompt="none")
        header = "; ".join(f"{name}={value}" for name, value in cookies.items())
        page = self._visitor.wire.send("GET", path, headers={"Cookie": header})
        query = parse_qs(urlsplit(page.headers.get("Location", "")).query)
        return {name: values[0] for name, values in query.items()} or {"status": str(page.status_code)}
