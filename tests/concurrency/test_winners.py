"""Whatever may be used once has one winner among 32 workers, on both databases, and nobody gets a 500."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from keys.master_key import MasterKeys
from provider.wiring import Services
from tests import device, dpop
from tests.assertions import KeyHolder, claims_of, make_signing_client
from tests.browser import Browser, hidden_fields, redeem, request_of
from tests.builders import PASSWORD, REDIRECT_URI, make_client
from tests.concurrency.race import PROCESSES, THREADS, Answer, Request, race
from tests.conftest import Clock
from tests.registration import DOCUMENT, bearer, initial_tokens
from validators.client_assertions import ASSERTION_TYPE
from validators.device_codes import GRANT_TYPE

pytestmark = [pytest.mark.security, pytest.mark.slow]

WORKERS = PROCESSES * THREADS


class Contest:
    """Prepares what is raced for."""

    def __init__(self, services: Services, browser: Browser, clock: Clock) -> None:
        self.services, self.browser, self.clock = services, browser, clock
        self.client, self.secret = make_client(services)
        self.auth = (self.client.client_id, self.secret)

    def cookies(self) -> dict[str, str]:
        """Return what the browser carries."""
        names = ("paper_session", "paper_page", "paper_known", "paper_browser_state")
        found = {name: self.browser.http.get_cookie(name) for name in names}
        return {name: cookie.value for name, cookie in found.items() if cookie is not None}

    def code(self) -> Request:
        """RFC 6749 §4.1.2."""
        code = self.browser.code_for(self.client, scope="openid offline_access")
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        return self._token(form, auth=self.auth)

    def refresh_token(self) -> Request:
        """RFC 6749 §6, within the grace."""
        code = self.browser.code_for(self.client, scope="openid offline_access")
        answer = redeem(self.browser.http, self.client, self.secret, code).get_json()
        form = {"grant_type": "refresh_token", "refresh_token": answer["refresh_token"]}
        return self._token(form, auth=self.auth)

    def device_code(self) -> Request:
        """RFC 8628 §3.4."""
        box = device.make_device(self.services, self.browser.http)
        codes = box.codes(scope="openid")
        device.approve(self.browser, codes)
        form = {"grant_type": GRANT_TYPE, "device_code": codes["device_code"]}
        return self._token(form | {"client_id": box.client.client_id})

    def assertion(self) -> Request:
        """RFC 7523 §3: one jti, one use."""
        holder = KeyHolder()
        client_id = make_signing_client(self.services, holder)
        form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION_TYPE}
        return self._token(form | {"client_assertion": holder.sign(claims_of(client_id, self.clock))})

    def dpop_proof(self) -> Request:
        """RFC 9449 §11.1: one jti, one use."""
        service: dict[str, Any] = {"redirect_uris": [], "response_types": [], "scope": "files"}
        client, secret = make_client(self.services, grant_types=["client_credentials"], **service)
        proof = dpop.ProofMaker(self.clock).proof()
        auth = (client.client_id, secret)
        return self._token({"grant_type": "client_credentials"}, auth=auth, headers={"DPoP": proof})

    def pushed_request(self) -> Request:
        """RFC 9126 §4, §7.3: a request_uri is used once."""
        form = request_of(self.client, scope="openid")
        pushed = self.browser.http.post("/par", data=form, auth=self.auth).get_json()
        query = {"client_id": self.client.client_id, "request_uri": pushed["request_uri"]}
        return Request("/authorize", "GET", {"query_string": query}, self.cookies())

    def registration(self) -> Request:
        """RFC 7591 §3: an initial access token for one client."""
        token = initial_tokens(self.services).create(uses=1)[1]
        return Request("/register", "POST", {"json": DOCUMENT, "headers": bearer(token)}, {})

    def login(self) -> Request:
        """One page, sent by everybody: who is too early while others are looked at is told to wait."""
        fields = hidden_fields(self.browser.http.get("/login"))
        data = fields | {"username": "ada", "password": PASSWORD}
        return Request("/login", "POST", {"data": data}, self.cookies())

    def account_link(self) -> Request:
        """One link, one password; whoever sets it is led to the home page."""
        link = self.services.account_links.issue(self.services.people.create("grace").id, 3600)
        assert link is not None
        page = self.browser.http.get("/welcome", query_string={"token": link.token})
        chosen = dict.fromkeys(("new_password", "repeated_password"), PASSWORD)
        return Request("/welcome", "POST", {"data": hidden_fields(page) | chosen}, self.cookies())

    @staticmethod
    def _token(form: dict[str, str], **arguments: Any) -> Request:
        return Request("/token", "POST", {"data": form, **arguments}, {})


def test_everything_has_one_winner(
    services: Services, app: Flask, ada: str, clock: Clock, master_keys: MasterKeys, tmp_path: Path
) -> None:
    """RFC 6749 §4.1.2, RFC 7523 §3, RFC 8628 §3.5, RFC 9126 §7.3, RFC 9449 §11.1, RFC 9700 §4.14.2."""
    browser = Browser(app.test_client())
    contest = Contest(services, browser, clock)
    login = contest.login()
    browser.sign_in(browser.http.get("/login"))
    requests = {
        "code": contest.code(),
        "refresh_token": contest.refresh_token(),
        "device_code": contest.device_code(),
        "assertion": contest.assertion(),
        "dpop_proof": contest.dpop_proof(),
        "pushed_request": contest.pushed_request(),
        "registration": contest.registration(),
        "login": login,
        "account_link": contest.account_link(),  # the last: it replaces the sign-in of the others
    }
    path = tmp_path / "workers.key"
    master_keys.save(path)
    settings = replace(services.settings, master_key_file=path, registration="token", log_level="error")

    found = dict(zip(requests, race(settings, clock(), list(requests.values())), strict=True))

    assert {name for name, answers in found.items() if len(answers) != WORKERS} == set()
    assert {each.status for answers in found.values() for each in answers if each.status >= 500} == set()
    refreshed = {each.body.get("refresh_token") for each in found["refresh_token"]}
    assert [each.status for each in found["refresh_token"]] == [200] * WORKERS
    assert len(refreshed) == 1
    assert 303 in {each.status for each in found["login"]} <= {303, 429}
    for name in requests.keys() - {"refresh_token", "login"}:
        assert len([each for each in found[name] if is_won(each)]) == 1, (name, found[name])


def is_won(answer: Answer) -> bool:
    """Whether a worker got what there is one of."""
    if answer.location == "/":
        return True
    if answer.location is not None:
        return answer.location.startswith(REDIRECT_URI) and "code=" in answer.location
    return answer.status in (200, 201)
