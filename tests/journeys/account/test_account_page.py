"""The account page: what a person sees of themselves, and whose forms count."""

import pytest
from flask import Flask

from provider.wiring import Services
from tests.browser import Browser, hidden_fields
from tests.builders import PASSWORD, make_user
from tests.journeys.account.visit import NEW_PASSWORD, is_signed_in, session_ids, sign_in, tokens_of

pytestmark = pytest.mark.journey


def test_nobody_is_sent_to_sign_in_and_comes_back(services: Services, browser: Browser, ada: str) -> None:
    """DESIGN §3: at an address of our own, whatever else a link names."""
    sent = browser.http.get("/account")
    page = browser.http.get(sent.location + "&next=https://evil.example/")
    back = browser.sign_in(page)

    assert (sent.status_code, sent.location) == (303, "/login?page=account")
    assert (back.status_code, back.location) == (303, "/account")


@pytest.mark.security
@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "logout", "account/../x", ""])
def test_a_sign_in_leads_to_no_other_page(browser: Browser, ada: str, page: str) -> None:
    """RFC 9700 §4.11: no open redirector."""
    login = browser.http.get("/login", query_string={"page": page})
    fields = {"username": browser.username, "password": browser.password, "page": page}

    assert browser.http.post("/login", data=hidden_fields(login) | fields).location == "/"


def test_the_home_page_leads_there(signed_in: Browser) -> None:
    """A person finds the page without knowing its address."""
    assert 'id="account" href="/account"' in signed_in.http.get("/").text


def test_a_person_sees_their_profile(signed_in: Browser) -> None:
    """OpenID Connect Core §5.1: what clients may be told, in words."""
    page = signed_in.http.get("/account").text

    for shown in ("ada@example.org", "Kim Ada", "ko-KR", "+82 2 1234 5678", "Telephone confirmed"):
        assert shown in page
    assert "argon2" not in page


def test_a_claim_stays_text(services: Services, app: Flask) -> None:
    """Claims are what an operator wrote, in whatever language, and never markup."""
    claims = {"name#ko-Kore-KR": "김<b>", "shoe": {"size": 38}, "address": {"formatted": "1 Way\nSeoul"}}
    make_user(services, "mina", claims=claims)

    page = sign_in(app, "mina").http.get("/account").text

    assert "Full name (ko-Kore-KR)" in page
    assert "김&lt;b&gt;" in page
    assert "<bdi>1 Way</bdi><br><bdi>Seoul</bdi>" in page
    assert "{&#34;size&#34;: 38}" in page


@pytest.mark.security
@pytest.mark.parametrize("token", [None, "", "forged"])
def test_a_forged_form_ends_nothing(
    services: Services, signed_in: Browser, elsewhere: Browser, token: str | None
) -> None:
    """RFC 9700 §4.7: without the token of the page nothing is done, and the person is told."""
    _client, _, tokens = tokens_of(services, signed_in)
    there = session_ids(signed_in)[1]
    forged = {} if token is None else {"csrf_token": token}

    for path, field in (("sessions/end", {"session": there}), ("apps/disconnect", {"client_id": "x"})):
        assert signed_in.http.post(f"/account/{path}", data=field | forged).location == "/account"
        assert 'id="account-failed"' in signed_in.http.get("/account").text
    fields = {"current_password": PASSWORD, "new_password": NEW_PASSWORD, "repeated_password": NEW_PASSWORD}
    changed = signed_in.http.post("/account/password", data=fields | forged)

    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (changed.status_code, 'id="password-error"' in changed.text) == (200, True)
    assert is_signed_in(elsewhere)
    assert signed_in.http.get("/userinfo", headers=bearer).status_code == 200
    assert services.people.authenticate("ada", PASSWORD) is not None


@pytest.mark.security
def test_a_form_of_the_person_before_does_nothing(services: Services, signed_in: Browser) -> None:
    """A page shown to Ada does not act for whoever signs in after her in the same browser."""
    make_user(services, "grace")
    page = signed_in.http.get("/account")
    signed_in.sign_in(signed_in.http.get("/login"), username="grace")
    client, _, tokens = tokens_of(services, signed_in)

    signed_in.http.post(
        "/account/apps/disconnect", data=hidden_fields(page) | {"client_id": client.client_id}
    )

    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert signed_in.http.get("/userinfo", headers=bearer).status_code == 200


def test_the_pages_speak_korean(signed_in: Browser) -> None:
    """OpenID Connect Core §3.1.2.1: the reader's language."""
    headers = {"Accept-Language": "ko"}

    assert "연결된 애플리케이션" in signed_in.http.get("/account", headers=headers).text
    assert "새 비밀번호 확인" in signed_in.http.get("/account/password", headers=headers).text
