"""Modules about sessions, prompts and hints: CONFORMANCE 3.3."""

import pytest

from tests.conformance.automation import asking_form
from tests.conformance.plans import EVERY, runs
from tests.conformance.suite import Suite

pytestmark = pytest.mark.journey

STATE = "-._~" * 32
NEEDS_A_PERSON = (
    *("login_required", "interaction_required", "consent_required", "account_selection_required"),
)


@runs(*EVERY)
def test_oidcc_prompt_login(suite: Suite) -> None:
    """Signed in, and asked again a second later: a login page, and a later auth_time."""
    first = suite.sign_in()
    suite.op.clock.advance(seconds=1)
    request = suite.request(prompt="login")

    page = suite.open(request)
    answer = suite.answer(suite.person.finish(page), request)

    assert asking_form(page) == "login-form"
    second = suite.complete(suite.client, request, answer)
    assert second.claims["sub"] == first.claims["sub"]
    assert second.claims["auth_time"] > first.claims["auth_time"]


@runs(*EVERY)
def test_oidcc_prompt_none_not_logged_in(suite: Suite) -> None:
    """Nobody signed in: an error that says so, no page, the state of 128 characters intact."""
    answer = suite.refused(*NEEDS_A_PERSON, prompt="none", state=STATE)

    assert answer["state"] == STATE


@runs(*EVERY)
def test_oidcc_prompt_none_logged_in(suite: Suite) -> None:
    """A second request with prompt=none is answered without a page, for the same sign-in."""
    check_silent(suite)


@runs(*EVERY)
def test_oidcc_id_token_hint(suite: Suite) -> None:
    """The same with the first ID token as a hint."""
    check_silent(suite, with_hint=True)


@runs(*EVERY)
def test_oidcc_max_age_1(suite: Suite) -> None:
    """Two seconds later, max_age=1: a login page, and a later auth_time."""
    first = suite.sign_in()
    suite.op.clock.advance(seconds=2)
    suite.person.pages.clear()

    second = suite.sign_in(max_age="1")

    assert suite.person.pages == ["login-form"]
    assert second.claims["auth_time"] > first.claims["auth_time"]
    assert suite.op.clock() - second.claims["auth_time"] <= 1


@runs(*EVERY)
def test_oidcc_max_age_10000(suite: Suite) -> None:
    """max_age=15000 and then 10000: no second login, auth_time there and equal."""
    first = suite.sign_in(max_age="15000")
    suite.op.clock.advance(seconds=1)
    suite.person.pages.clear()

    second = suite.sign_in(max_age="10000")

    assert suite.person.pages == []
    assert second.claims["auth_time"] == first.claims["auth_time"]


@runs(*EVERY)
@pytest.mark.parametrize("hint", ["buffy@op.example", "ada"])
def test_oidcc_login_hint(suite: Suite, hint: str) -> None:
    """A login hint, of somebody known or not, breaks nothing."""
    assert suite.sign_in(login_hint=hint).claims["sub"] == suite.op.sub


@runs(*EVERY)
def test_oidcc_ui_locales(suite: Suite) -> None:
    """A language that the pages do not have breaks nothing."""
    assert suite.sign_in(ui_locales="se").claims["sub"] == suite.op.sub


@runs(*EVERY)
def test_oidcc_claims_locales(suite: Suite) -> None:
    """A language that the claims are not in breaks nothing."""
    assert suite.sign_in(claims_locales="se").claims["sub"] == suite.op.sub


@runs(*EVERY)
def test_oidcc_ensure_request_with_acr_values_succeeds(suite: Suite) -> None:
    """Every supported acr value is asked for: the ID token names one of them."""
    supported = suite.metadata["acr_values_supported"]

    outcome = suite.sign_in(acr_values=" ".join(supported))

    assert all(claims["acr"] in supported for claims in outcome.id_tokens)


@runs(*EVERY)
def test_oidcc_display_page(suite: Suite) -> None:
    """display=page breaks nothing."""
    assert suite.sign_in(display="page").claims["sub"] == suite.op.sub


@runs(*EVERY)
def test_oidcc_display_popup(suite: Suite) -> None:
    """display=popup breaks nothing."""
    assert suite.sign_in(display="popup").claims["sub"] == suite.op.sub


def check_silent(suite: Suite, *, with_hint: bool = False) -> None:
    """Sign in, then again with prompt=none: no page, the same person and time."""
    first = suite.sign_in()
    suite.op.clock.advance(seconds=1)
    suite.person.pages.clear()
    hint = first.raw_id_token if with_hint else None

    second = suite.sign_in(prompt="none", id_token_hint=hint)

    assert suite.person.pages == []
    for name in ("sub", "auth_time", "sid"):
        assert second.claims[name] == first.claims[name]
