"""A person gives themselves a new password."""

import re

import pytest

from provider.wiring import Services
from tests.browser import Browser, hidden_fields
from tests.builders import PASSWORD
from tests.conftest import Clock
from tests.journeys.account.visit import (
    NEW_PASSWORD,
    change_password,
    is_signed_in,
)

pytestmark = pytest.mark.journey


def test_changing_the_password_signs_out_every_other_browser(
    services: Services, signed_in: Browser, elsewhere: Browser, grace: Browser
) -> None:
    """RFC 9700 §2.2.2; this browser goes on under a new cookie, the old one is worth nothing."""
    before = signed_in.http.get_cookie("paper_session")
    answer = change_password(signed_in)
    told = signed_in.http.get("/account").text
    after = signed_in.http.get_cookie("paper_session")

    assert (answer.status_code, answer.location) == (303, "/account")
    assert 'id="account-done"' in told
    assert (is_signed_in(signed_in), is_signed_in(elsewhere), is_signed_in(grace)) == (True, False, True)
    assert services.people.authenticate("ada", PASSWORD) is None
    assert services.people.authenticate("ada", NEW_PASSWORD) is not None
    assert before
    assert after
    assert before.value != after.value
    signed_in.http.set_cookie("paper_session", before.value)
    assert not is_signed_in(signed_in)


def test_the_same_password_form_twice_works(services: Services, signed_in: Browser) -> None:
    """The second press finds the password changed, and says so."""
    fields = {
        **hidden_fields(signed_in.http.get("/account/password")),
        **{"current_password": PASSWORD, "new_password": NEW_PASSWORD, "repeated_password": NEW_PASSWORD},
    }

    answers = [signed_in.http.post("/account/password", data=fields) for _ in range(2)]

    assert [answer.location for answer in answers] == ["/account", "/account"]
    assert services.people.authenticate("ada", NEW_PASSWORD) is not None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"current_password": "guess"}, "The current password is not right.", id="wrong"),
        pytest.param({"current_password": ""}, "The current password is not right.", id="empty"),
        pytest.param({"repeated_password": "another one"}, "The two new passwords differ.", id="differ"),
        pytest.param(
            dict.fromkeys(("new_password", "repeated_password"), "short"), "at least 8", id="too-short"
        ),
        pytest.param(
            dict.fromkeys(("new_password", "repeated_password"), "x" * 1025), "at most 1024", id="too-long"
        ),
        pytest.param(
            dict.fromkeys(("new_password", "repeated_password"), "bell \a bell"), "no control", id="control"
        ),
    ],
)
def test_a_refused_password_changes_nothing(
    services: Services, signed_in: Browser, elsewhere: Browser, fields: dict[str, str], words: str
) -> None:
    """The rules are those of ``flask user set-password``; nobody is signed out, no word is shown again."""
    answer = change_password(signed_in, **fields)

    alarm = re.search(r'id="password-error" role="alert">([^<]*)<', answer.text)
    assert answer.status_code == 200
    assert alarm is not None
    assert words in alarm[1]
    assert "Error: Change password" in answer.text
    assert PASSWORD not in answer.text
    assert NEW_PASSWORD not in answer.text
    assert is_signed_in(elsewhere)
    assert services.people.authenticate("ada", PASSWORD) is not None


def test_a_password_needs_a_recent_sign_in(services: Services, signed_in: Browser, clock: Clock) -> None:
    """Somebody at an unlocked screen has to prove who they are; afterwards they come back."""
    fields = hidden_fields(signed_in.http.get("/account/password"))
    clock.advance(seconds=900)

    shown = signed_in.http.get("/account/password")
    sent = signed_in.http.post("/account/password", data={**fields, "current_password": PASSWORD})
    login = signed_in.http.get(shown.location)
    back = signed_in.sign_in(login)

    assert shown.location == sent.location == "/login?page=password"
    assert 'value="ada"' in login.text
    assert 'id="login-reason"' in login.text
    assert back.location == "/account/password"
    assert change_password(signed_in).location == "/account"


@pytest.mark.security
def test_guesses_at_the_current_password_are_few(
    services: Services, signed_in: Browser, clock: Clock
) -> None:
    """CVE-2026-9798: no other door for guessing; ten in ten minutes."""
    statuses = [change_password(signed_in, current_password="guess").status_code for _ in range(10)]
    limited = change_password(signed_in)
    clock.advance(seconds=600)

    assert set(statuses) == {200}
    assert (limited.status_code, "too_many_attempts" in limited.text) == (429, True)
    assert change_password(signed_in).location == "/account"
