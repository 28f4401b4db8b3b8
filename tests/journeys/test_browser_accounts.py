"""Several people signed in in one browser (OpenID Connect Core §3.1.2.1, prompt=select_account)."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from models.login_session import LoginSession
from provider.wiring import Services
from tests.browser import Browser, answer_of, hidden_fields, redeem
from tests.browser_accounts import ACCOUNTS, add, buttons, choose, follow_to, subject, who
from tests.builders import PASSWORD, make_client, make_user
from tests.conftest import Clock
from tests.device import confirm_page, make_device
from tests.front_channel import userinfo
from tests.relying_party import STATE, make_relying_party, press
from validators.login_sessions import LoginSessions, SessionRecord
from validators.waiting_requests import URN

pytestmark = pytest.mark.journey


@pytest.fixture
def grace(services: Services) -> str:
    """The ``sub`` of somebody else."""
    return make_user(services, "grace")


@pytest.fixture
def both(signed_in: Browser, grace: str) -> Browser:
    """A browser in which Ada is signed in, and then Grace, who counts now."""
    add(signed_in, "grace")
    return signed_in


def test_another_account_is_added_and_chosen(both: Browser) -> None:
    """The last to sign in counts; choosing makes another one count, without a password."""
    assert who(both) == "grace"
    page = both.http.get(ACCOUNTS)
    assert list(buttons(page)) == ["grace", "ada"]

    assert choose(both, page, "ada").location == "/"

    assert who(both) == "ada"
    assert list(buttons(both.http.get(ACCOUNTS))) == ["ada", "grace"]


def test_without_asking_for_another_account_nobody_stays(
    services: Services, signed_in: Browser, grace: str
) -> None:
    """A person who signs in at the plain page takes the browser over: the earlier one is signed out."""
    page = signed_in.http.get("/login")
    signed_in.http.post("/login", data=hidden_fields(page) | {"username": "grace", "password": PASSWORD})

    assert list(buttons(signed_in.http.get(ACCOUNTS))) == ["grace"]


def test_select_account_asks(
    services: Services, http: FlaskClient, both: Browser, ada: str, grace: str
) -> None:
    """Core §3.1.2.1: each time, whoever counts; the answer is about the one who was chosen."""
    client = make_client(services)
    for name, sub in (("ada", ada), ("ada", ada), ("grace", grace)):
        page = follow_to(both, client[0], prompt="select_account")
        assert page.request.path == ACCOUNTS

        answer = both.follow(choose(both, page, name))

        assert subject(http, client, answer) == sub


def test_a_choice_is_no_sign_in(services: Services, signed_in: Browser, clock: Clock) -> None:
    """Core §3.1.2.1: ``max_age`` and ``prompt=login`` want the password, whatever was chosen."""
    client, _ = make_client(services)
    clock.advance(seconds=600)

    page = follow_to(signed_in, client, prompt="select_account", max_age="300")
    after = signed_in.http.get(choose(signed_in, page, "ada").location)
    both = follow_to(signed_in, client, prompt="login select_account")

    assert after.location.startswith("/login?")
    assert both.request.path == "/login"


def test_a_choice_is_for_one_request(services: Services, signed_in: Browser) -> None:
    """Core §3.1.2.1: the next request asks again."""
    client, _ = make_client(services)
    page = follow_to(signed_in, client, prompt="select_account")
    signed_in.follow(choose(signed_in, page, "ada"))

    assert follow_to(signed_in, client, prompt="select_account").request.path == ACCOUNTS
    assert answer_of(signed_in.authorize(client, prompt="none"))["code"]


def test_a_choice_in_one_tab_is_none_in_another(services: Services, signed_in: Browser) -> None:
    """Core §3.1.2.1: of two requests that wait each is answered by its own choice."""
    clients = [make_client(services)[0] for _ in range(2)]
    first, second = (signed_in.authorize(client, prompt="select_account").location for client in clients)
    choose(signed_in, signed_in.http.get(first), "ada")

    request_id = parse_qs(urlsplit(second).query)["request"][0]
    going_on = {"client_id": clients[1].client_id, "request_uri": URN + request_id}
    answer = signed_in.http.get("/authorize", query_string=going_on)

    assert answer.location == second


def test_nobody_to_choose_signs_in(services: Services, browser: Browser, ada: str) -> None:
    """Core §3.1.2.1: a first account is made known by its password."""
    client, _ = make_client(services)

    response = browser.authorize(client, prompt="select_account")
    assert response.location.startswith("/login?request=")
    assert "code" in answer_of(browser.follow(response))
    assert Browser(browser.http.application.test_client()).http.get(ACCOUNTS).location == "/login"


def test_cancelling_tells_the_client(services: Services, signed_in: Browser) -> None:
    """RFC 6749 §4.1.2.1."""
    client, _ = make_client(services)
    page = follow_to(signed_in, client, prompt="select_account")

    answer = signed_in.http.post(ACCOUNTS, data=hidden_fields(page) | {"decision": "cancel"})

    assert answer_of(answer)["error"] == "access_denied"


def test_a_hint_finds_the_other_account(
    services: Services, http: FlaskClient, both: Browser, ada: str
) -> None:
    """Core §3.1.2.1: the hinted person is signed in, so ``prompt=none`` succeeds; who counts stays so."""
    client = make_client(services)
    choose(both, both.http.get(ACCOUNTS), "ada")
    code = both.code_for(client[0])
    hint = redeem(http, *client, code).get_json()["id_token"]
    choose(both, both.http.get(ACCOUNTS), "grace")
    assert answer_of(both.authorize(client[0], prompt="none"))["error"] == "consent_required"

    assert subject(http, client, both.authorize(client[0], prompt="none", id_token_hint=hint)) == ada
    assert (
        subject(http, client, both.authorize(client[0], prompt="none", login_hint="ADA@example.org")) == ada
    )
    assert who(both) == "grace"


def test_signing_out_ends_one_and_offers_the_others(both: Browser) -> None:
    """RP-Initiated Logout §2: the one who counts; the others are a choice away."""
    home = both.http.get("/")
    done = both.http.post("/logout/confirm", data=hidden_fields(home), follow_redirects=True)

    assert 'id="choose-account"' in done.text
    assert who(both) is None
    page = both.http.get(ACCOUNTS)
    assert list(buttons(page)) == ["ada"]
    choose(both, page, "ada")
    assert who(both) == "ada"


@pytest.mark.parametrize("grace_counts", [True, False])
def test_a_client_signs_out_the_one_it_means(
    services: Services, http: FlaskClient, signed_in: Browser, grace: str, grace_counts: bool
) -> None:
    """RP-Initiated Logout §2: the hint names a sign-in of this browser, though it does not count now."""
    rp = make_relying_party(services, http, signed_in)
    add(signed_in, "grace")
    if not grace_counts:
        http.post("/logout/confirm", data=hidden_fields(http.get("/")))

    answer = rp.sign_out()

    assert answer_of(answer) == {"state": STATE}
    assert who(signed_in) == ("grace" if grace_counts else None)
    assert list(buttons(http.get(ACCOUNTS))) == ["grace"][: int(grace_counts)]
    assert userinfo(http, rp.tokens["access_token"]).status_code == 401


def test_a_client_asks_about_the_one_it_means(
    services: Services, http: FlaskClient, signed_in: Browser, grace: str, clock: Clock
) -> None:
    """An old hint is no order; the page names whom it is about, and it is they who are signed out."""
    rp = make_relying_party(services, http, signed_in)
    clock.advance(seconds=services.settings.id_token_seconds)
    add(signed_in, "grace")

    page = rp.sign_out()
    answer = press(http, page)

    assert '<bdi class="person">ada</bdi>' in page.text
    assert answer_of(answer) == {"state": STATE}
    assert who(signed_in) == "grace"
    assert list(buttons(http.get(ACCOUNTS))) == ["grace"]


def test_whoever_signs_in_as_another_than_asked_is_told(
    services: Services, http: FlaskClient, signed_in: Browser, grace: str
) -> None:
    """Core §3.1.2.1: the hinted person is wanted; a page that only asks again would be a dead end."""
    rp = make_relying_party(services, http, signed_in)
    http.delete_cookie("paper_session")
    page = http.get(signed_in.authorize(rp.client, id_token_hint=rp.id_token).location)
    assert 'id="login-reason"' not in page.text

    again = signed_in.sign_in(page, username="grace")
    told = http.get(http.get(again.location).location)

    assert "The application asks for another account" in told.text
    assert "code" in answer_of(signed_in.follow(signed_in.sign_in(told)))


def test_a_device_leads_to_the_other_accounts(services: Services, http: FlaskClient, both: Browser) -> None:
    """As the consent page does: whoever counts now stays signed in."""
    codes = make_device(services, http).codes(scope="openid")
    page = confirm_page(both, codes["user_code"])
    link = re.search(r'id="switch-account" href="([^"]*)"', page.text)
    assert link is not None

    chosen = http.get(choose(both, http.get(link[1]), "ada").location)

    assert 'id="device-confirm-form"' in chosen.text
    assert '<bdi class="person">ada</bdi>' in chosen.text
    assert set(buttons(http.get(ACCOUNTS))) == {"ada", "grace"}


def test_an_authorization_offers_those_who_are_left(services: Services, both: Browser) -> None:
    """Nobody counts, but somebody is signed in: the person chooses."""
    client, _ = make_client(services)
    both.http.post("/logout/confirm", data=hidden_fields(both.http.get("/")))

    assert answer_of(both.authorize(client, prompt="none"))["error"] == "login_required"
    page = follow_to(both, client)
    assert page.request.path == ACCOUNTS
    assert "code" in answer_of(both.follow(choose(both, page, "ada")))


def test_consent_leads_to_the_other_accounts(
    services: Services, http: FlaskClient, both: Browser, ada: str
) -> None:
    """Core §3.1.2.4: the one who is asked may be another; only their own answer counts."""
    client = make_client(services)
    page = follow_to(both, client[0])
    link = re.search(r'id="switch-account" href="([^"]*)"', page.text)
    assert link is not None

    chosen = choose(both, both.http.get(link[1]), "ada")

    assert subject(http, client, both.follow(chosen)) == ada


def test_the_same_person_is_there_once(services: Services, both: Browser, ada: str) -> None:
    """Signing in again keeps the sign-in that was there, under a new cookie."""
    add(both, "ada")

    assert list(buttons(both.http.get(ACCOUNTS))) == ["ada", "grace"]
    with services.database.reading() as session:
        living = session.query(LoginSession).where(LoginSession.ended_at.is_(None))
        assert living.where(LoginSession.user_id == ada).count() == 1


def test_several_accounts_cost_a_request_no_statement(
    services: Services, both: Browser, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are read only where a request names somebody else."""
    client, _ = make_client(services)
    both.code_for(client)
    find_all = LoginSessions.find_all

    def counted(self: LoginSessions, *args: Any, **kwargs: Any) -> dict[str, SessionRecord]:
        statements.append("SELECT others")
        return find_all(self, *args, **kwargs)

    monkeypatch.setattr(LoginSessions, "find_all", counted)

    statements.clear()
    answer_of(both.authorize(client))
    remembered = list(statements)
    statements.clear()
    answer_of(both.authorize(client, login_hint="somebody"))

    assert remembered == ["SELECT", "INSERT"]
    assert statements == ["SELECT", "SELECT others", "INSERT"]
