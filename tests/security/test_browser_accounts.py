"""Several people in one browser: what nobody may do with that."""

import pytest

from models.login_session import LoginSession
from provider.browser_accounts import MAX_OTHERS
from provider.wiring import Services
from tests.browser import Browser, answer_of, hidden_fields
from tests.browser_accounts import ACCOUNTS, add, buttons, who
from tests.builders import make_client, make_user

pytestmark = pytest.mark.security


@pytest.fixture
def grace(services: Services) -> str:
    """The ``sub`` of somebody else."""
    return make_user(services, "grace")


@pytest.fixture
def both(signed_in: Browser, grace: str) -> Browser:
    """A browser in which Ada is signed in, and then Grace, who counts now."""
    add(signed_in, "grace")
    return signed_in


def test_no_client_learns_who_else_is_signed_in(services: Services, both: Browser, ada: str) -> None:
    """A guess at a name, or at a ``sub``, of somebody who has not let the client in changes nothing."""
    client, _ = make_client(services)
    claims = f'{{"id_token": {{"sub": {{"value": "{ada}"}}}}}}'

    nobody = answer_of(both.authorize(client, prompt="none", login_hint="nobody"))
    guessed = answer_of(both.authorize(client, prompt="none", login_hint="ada"))
    claimed = answer_of(both.authorize(client, prompt="none", claims=claims))
    unknown = answer_of(both.authorize(client, prompt="none", claims=claims.replace(ada, "nobody")))

    assert guessed == nobody
    assert claimed == unknown


def test_ended_and_foreign_sign_ins_are_not_listed(services: Services, both: Browser, ada: str) -> None:
    """Each is looked up: a cookie of nobody, of an ended sign-in or of a disabled person is nothing."""
    services.people.disable(ada)
    assert list(buttons(both.http.get(ACCOUNTS))) == ["grace"]

    both.http.set_cookie("paper_accounts", ".".join(["A" * 43, "", "é" * 3, "x" * 200, "y" * 43]))
    assert list(buttons(both.http.get(ACCOUNTS))) == ["grace"]


def test_a_session_of_another_browser_cannot_be_chosen(services: Services, both: Browser) -> None:
    """The id of a sign-in is public (``sid``): it is no way into it."""
    page = both.http.get(ACCOUNTS)
    stranger = Browser(both.http.application.test_client(), "mallory")
    make_user(services, "mallory")
    stranger.sign_in(stranger.http.get("/login"))
    own = stranger.http.get(ACCOUNTS)

    answer = stranger.http.post(ACCOUNTS, data=hidden_fields(own) | {"session": buttons(page)["ada"]})

    assert 'id="accounts-error"' in answer.text
    assert who(stranger) == "mallory"


def test_a_choice_needs_the_token_of_the_form(both: Browser) -> None:
    """No other site chooses for a person."""
    page = both.http.get(ACCOUNTS)

    answer = both.http.post(ACCOUNTS, data={"session": buttons(page)["ada"]})

    assert 'id="accounts-error"' in answer.text
    assert who(both) == "grace"


def test_the_oldest_is_forgotten_and_signed_out(services: Services, signed_in: Browser, ada: str) -> None:
    """A browser remembers a few; who falls out is signed out."""
    for number in range(MAX_OTHERS + 1):
        make_user(services, f"user{number}")
        add(signed_in, f"user{number}")

    assert "ada" not in buttons(signed_in.http.get(ACCOUNTS))
    assert len(buttons(signed_in.http.get(ACCOUNTS))) == MAX_OTHERS + 1
    with services.database.reading() as session:
        assert session.query(LoginSession).where(LoginSession.user_id == ada).one().ended_at is not None


def test_names_are_escaped(services: Services, both: Browser) -> None:
    """A name is text."""
    make_user(services, "<b>bob</b>", email="bob@example.org")
    add(both, "<b>bob</b>")

    assert "<b>bob</b>" not in both.http.get(ACCOUNTS).text
