"""What changes between the two halves of a request: a person, a password, a sign-in."""

from collections.abc import Callable
from threading import Thread

import pytest
from sqlalchemy import func, select

from models.grant import Grant
from models.login_session import LoginSession
from provider.wiring import Services
from tests.browser import Browser, answer_of, hidden_fields
from tests.builders import PASSWORD, make_client
from tests.conftest import Clock
from tests.journeys.account.visit import NEW_PASSWORD, change_password, is_signed_in
from validators.people import People

pytestmark = pytest.mark.security

Change = Callable[[People, str], object]
CHANGES = [
    pytest.param(lambda people, ada: people.set_password(ada, NEW_PASSWORD), id="password"),
    pytest.param(People.disable, id="disabled"),
    pytest.param(People.delete, id="deleted"),
]


@pytest.fixture
def afterwards(services: Services, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Lets something happen once a password has been verified, before anything comes of it."""

    def arrange(change: Callable[[], object]) -> None:
        verify = services.passwords.verify

        def verified(password: str, password_hash: str | None) -> bool:
            matches = verify(password, password_hash)
            monkeypatch.undo()
            change()
            return matches

        monkeypatch.setattr(services.passwords, "verify", verified)

    return arrange


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_signs_in_with_what_was_true_before(
    services: Services,
    browser: Browser,
    ada: str,
    change: Change,
    afterwards: Callable[[Callable[[], object]], None],
) -> None:
    """A new password ends every sign-in: one that began just before it is no exception."""
    page = browser.http.get("/login")
    afterwards(lambda: change(services.people, ada))

    answer = browser.sign_in(page)
    services.people.enable(ada)

    assert answer.status_code == 200
    assert 'id="login-error"' in answer.text
    assert not is_signed_in(browser)


@pytest.mark.parametrize("change", CHANGES)
def test_a_password_is_replaced_once(
    services: Services,
    signed_in: Browser,
    ada: str,
    change: Change,
    afterwards: Callable[[Callable[[], object]], None],
) -> None:
    """Of two who know the old password and give a new one, the second no longer knows it."""
    fields = hidden_fields(signed_in.http.get("/account/password"))
    mine = {"current_password": PASSWORD, "new_password": "mine alone", "repeated_password": "mine alone"}
    afterwards(lambda: change(services.people, ada))

    answer = signed_in.http.post("/account/password", data=fields | mine)
    services.people.enable(ada)

    assert answer.status_code == 200
    assert 'id="password-error"' in answer.text
    assert services.people.authenticate("ada", "mine alone") is None
    assert not is_signed_in(signed_in)


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_consents_who_is_no_longer_signed_in(
    services: Services, signed_in: Browser, ada: str, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is for the sign-in that the page was shown to, up to the moment in which it is stored."""
    client, _ = make_client(services)
    page = signed_in.http.get(signed_in.authorize(client, scope="openid offline_access").location)
    make_answer = services.front_channel.answer
    monkeypatch.setattr(
        services.front_channel,
        "answer",
        lambda request: (make_answer(request), change(services.people, ada))[0],
    )

    answer = signed_in.decide(page, "allow")

    assert answer.status_code == 400
    assert "request_not_found" in answer.text
    with services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Grant)) == 0


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_client_that_was_narrowed_meanwhile_is_told(
    services: Services, browser: Browser, ada: str, clock: Clock, is_signed_in: bool
) -> None:
    """RFC 6749 §4.1.2.1: the request is not good any more; the person is not left with a page about it."""
    client, _ = make_client(services)
    if is_signed_in:
        browser.sign_in(browser.http.get("/login"))
    page = browser.http.get(browser.authorize(client, scope="openid email").location)
    services.client_directory.update(client.client_id, {**client.metadata, "scope": "openid"})
    clock.advance(seconds=services.settings.client_cache_seconds)

    answer = browser.decide(page, "allow") if is_signed_in else browser.sign_in(page)

    told = answer_of(browser.follow(answer))
    assert (told["error"], told["state"]) == ("invalid_scope", "st-1")


def test_a_new_password_waits_for_a_sign_in_that_has_begun(services: Services, ada: str) -> None:
    """Whichever comes first, none with the old password outlives it."""
    user, sign_ins = services.people.authenticate("ada", PASSWORD), services.login_sessions
    assert user is not None
    other = Thread(target=services.people.set_password, args=(ada, NEW_PASSWORD))

    with services.database.session() as session:
        assert services.people.is_still(session, user)
        other.start()
        other.join(0.3)
        waits = other.is_alive()
        sign_ins.begin(session, user_id=ada, amr="pwd", user_agent="", replaces=None)
    other.join()

    assert waits
    with services.database.reading() as session:
        assert session.scalars(select(LoginSession.ended_at)).all() == [services.clock()]


def test_a_password_of_yesterdays_parameters_is_stored_once_for_all(
    services: Services, browser: Browser, signed_in: Browser
) -> None:
    """Two at once find it so: both sign in, though one of them stores it first."""
    people, weak = services.people, services.passwords
    one, two = people.find_handle("ada"), people.find_handle("ada")
    assert one is not None
    assert two is not None
    strong = type(weak)(type(weak._policy)(memory_kib=16, iterations=1))
    people._passwords = strong

    assert people.has_password(one, PASSWORD)
    assert people.has_password(two, PASSWORD)
    assert not people.has_password(people.find_handle("ada"), NEW_PASSWORD)

    assert one.password_hash == two.password_hash
    assert change_password(signed_in).location == "/account"
