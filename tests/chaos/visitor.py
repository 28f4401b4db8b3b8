"""A person and a client who use the provider without a rest and write down what they are told."""

import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from tests.builders import REDIRECT_URI
from tests.chaos.acknowledged import HeldGrant, HeldRegistration, Journal
from tests.chaos.wire import Guest, NoAnswer, Wire, retrying

GRACE_SECONDS = 30
METADATA = {"redirect_uris": [REDIRECT_URI], "grant_types": ["authorization_code", "refresh_token"]}


class Visitor:
    """Everything one thread does.

    Args:
        username: a person of its own.
        client: its client's information response.
        wire: its way to the provider.
    """

    def __init__(self, username: str, client: dict[str, Any], wire: Wire, random: Random) -> None:
        self.journal = Journal()
        self.wire = wire
        self.random = random
        self._person = Guest(username, wire)
        self._client_id: str = client["client_id"]
        self._auth = (self._client_id, str(client["client_secret"]))

    def live(self, end: Event) -> None:
        """Do one thing after another until ``end``."""
        ways = (
            self._authorize,
            self._refresh,
            self._revoke,
            self._register,
            self._unregister,
            self._sign_out,
        )
        while not end.is_set():
            way = self.random.choices(ways, (30, 45, 6, 6, 3, 4))[0]
            try:
                way()
            except NoAnswer:
                time.sleep(0.02)

    def token(self, **form: str) -> requests.Response:
        """Send a token request."""
        return self.wire.send("POST", "/token", data=form, auth=self._auth)

    def redeem(self, code: str) -> requests.Response:
        """Send an authorization code."""
        return self.token(grant_type="authorization_code", code=code, redirect_uri=REDIRECT_URI)

    def refresh(self, token: str) -> requests.Response:
        """Send a refresh token."""
        return self.token(grant_type="refresh_token", refresh_token=token)

    def request(self, scope: str, **more: str) -> str:
        """Return the path and query of an authorization request."""
        query = {"response_type": "code", "client_id": self._client_id, "redirect_uri": REDIRECT_URI}
        return "/authorize?" + urlencode(query | {"scope": scope, "state": "s"} | more)

    def _authorize(self) -> None:
        journal, person = self.journal, self._person
        is_offline = self.random.random() < 0.5
        scope = "openid offline_access" if is_offline else "openid"
        person.pages.clear()
        try:
            location = person.authorize(self.wire.url(self.request(scope)), REDIRECT_URI)
        except AssertionError as error:
            self.wire.findings.add(f"an authorization led nowhere: {str(error)[:100]}")
            return
        answer = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        if "code" not in answer:
            self.wire.findings.add(f"an authorization was refused: {answer}")
            return
        if journal.is_signed_in and "/login" in person.pages:
            self.wire.findings.add("a sign-in was forgotten")
        if journal.has_consented and is_offline and "/consent" in person.pages:
            self.wire.findings.add("a consent was forgotten")
        journal.is_signed_in = True
        journal.has_consented = journal.has_consented or is_offline
        grant = HeldGrant(answer["code"], None if is_offline else journal.sign_in)
        journal.grants.append(grant)
        (self._race if self.random.random() < 0.1 else self._redeem)(grant)

    def _redeem(self, grant: HeldGrant) -> None:
        try:
            response = retrying(lambda: self.redeem(grant.code))
        except NoAnswer:
            grant.is_unknown = True
            raise
        if response.status_code == 200:
            grant.take(response.json())
            self.journal.id_token = response.json().get("id_token", "")
        else:  # it was spent by the first try, whose answer was lost; the second try ended the grant
            self.expect_refusal(response, "a code whose answer was lost")
            grant.is_over = True

    def _race(self, grant: HeldGrant) -> None:
        """Two at once: one wins, and the other ends what was won."""
        wires = [Wire(self.wire.bases, self.wire.findings, Random(self.random.random())) for _ in range(2)]
        form = {"grant_type": "authorization_code", "code": grant.code, "redirect_uri": REDIRECT_URI}

        def attempt(wire: Wire) -> requests.Response | None:
            try:
                return wire.send("POST", "/token", data=form, auth=self._auth)
            except NoAnswer:
                return None

        with ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(attempt, wires))
        won = [each.json() for each in answers if each is not None and each.status_code == 200]
        if len(won) > 1:
            self.wire.findings.add("a code was spent twice")
        if won:
            grant.take(won[0])
        grant.is_over = len([each for each in answers if each is not None]) == 2
        grant.is_unknown = not grant.is_over

    def _refresh(self) -> None:
        live = self.journal.live()
        if not live:
            return
        grant = self.random.choice(live[-20:])
        token, begun = grant.refresh_tokens[-1], time.monotonic()
        try:
            response = retrying(lambda: self.refresh(token))
        except NoAnswer:
            grant.is_unknown = True
            raise
        if response.status_code != 200:
            grant.is_unknown = True
            if time.monotonic() - begun < GRACE_SECONDS - 1:
                self.wire.findings.add(f"the newest refresh token was refused: {response.text[:60]}")
            return
        grant.take(response.json())
        if self.random.random() < 0.2:
            self._lose_the_answer(grant, token)

    def _lose_the_answer(self, grant: HeldGrant, token: str) -> None:
        """Present a spent token again within the grace: the same next one comes."""
        again, begun = retrying(lambda: self.refresh(token)), time.monotonic()
        following = again.json().get("refresh_token")
        if following != grant.refresh_tokens[-1] and time.monotonic() - begun < GRACE_SECONDS - 1:
            grant.is_unknown = True
            self.wire.findings.add(f"a retry within the grace was not answered alike: {again.status_code}")

    def _revoke(self) -> None:
        live = self.journal.live()
        if not live:
            return
        grant = self.random.choice(live)
        grant.is_unknown = True
        form = {"token": grant.refresh_tokens[-1]}
        response = retrying(lambda: self.wire.send("POST", "/revoke", data=form, auth=self._auth))
        if response.status_code != 200:
            self.wire.findings.add(f"a revocation was answered with {response.status_code}")
        grant.is_unknown, grant.is_over = False, True

    def _register(self) -> None:
        response = self.wire.send("POST", "/register", json=METADATA)
        if response.status_code != 201:
            self.wire.findings.add(f"a registration was answered with {response.status_code}")
            return
        told = response.json()
        path = urlsplit(told["registration_client_uri"]).path
        self.journal.registrations.append(HeldRegistration(path, told["registration_access_token"]))

    def _unregister(self) -> None:
        kept = [each for each in self.journal.registrations if not each.is_deleted]
        if not kept:
            return
        gone = self.random.choice(kept)
        self.journal.registrations.remove(gone)
        headers = {"Authorization": f"Bearer {gone.token}"}
        retrying(lambda: self.wire.send("DELETE", gone.uri_path, headers=headers))
        gone.is_deleted = True
        self.journal.registrations.append(gone)

    def _sign_out(self) -> None:
        journal = self.journal
        if not (journal.is_signed_in and journal.id_token):
            return
        journal.is_signed_in, hint = False, urlencode({"id_token_hint": journal.id_token})
        journal.id_token = ""  # the next sign-in has one of its own
        affected = [each for each in journal.grants if each.sign_in == journal.sign_in and not each.is_over]
        unknown = [each for each in affected if each.is_unknown]
        for grant in affected:
            grant.is_unknown = True
        page = retrying(lambda: self._person.browse(self.wire.url(f"/logout?{hint}")))
        cookies = self._person.forget_everything()
        if not page.url.split("?")[0].endswith("/logout/done"):
            self.wire.findings.add(f"a logout ended at {page.url.split('?')[0]}: {page.status_code}")
            return
        journal.ended.append(cookies)
        journal.sign_in += 1
        for grant in affected:
            grant.is_unknown, grant.is_over = grant in unknown, True

    def expect_refusal(self, response: requests.Response, what: str) -> None:
        """Note a finding unless ``response`` is ``invalid_grant``."""
        if response.status_code != 400 or response.json().get("error") != "invalid_grant":
            self.wire.findings.add(f"{what} was answered with {response.status_code} {response.text[:60]}")

    def cookies(self) -> dict[str, str]:
        """Return what the person's browser carries."""
        return self._person.cookies()
