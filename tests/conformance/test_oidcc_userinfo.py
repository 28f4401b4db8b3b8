"""Modules about UserInfo and claims: CONFORMANCE 3.2."""

import json
from typing import Any

import pytest

from tests.conformance.id_tokens import TOLERATED
from tests.conformance.plans import EVERY, runs, types_with
from tests.conformance.suite import FORM, Outcome, Suite

pytestmark = pytest.mark.journey

WITH_ACCESS_TOKEN = types_with("code", "token")
SCOPES = {
    "profile": (
        *("name", "given_name", "family_name", "middle_name", "nickname", "profile", "picture", "website"),
        *("gender", "birthdate", "zoneinfo", "locale", "updated_at", "preferred_username"),
    ),
    "email": ("email", "email_verified"),
    "address": ("address",),
    "phone": ("phone_number", "phone_number_verified"),
}


@runs(*WITH_ACCESS_TOKEN)
def test_oidcc_userinfo_get(suite: Suite) -> None:
    """GET with a Bearer header."""
    outcome = suite.sign_in()

    assert suite.userinfo(outcome.access_token, suite.op.sub) == {"sub": suite.op.sub}


@runs(*WITH_ACCESS_TOKEN)
def test_oidcc_userinfo_post_header(suite: Suite) -> None:
    """POST with a Bearer header, a form's content type and an empty body: the answer of GET."""
    outcome = suite.sign_in(scope="openid email")
    headers = {"Authorization": f"Bearer {outcome.access_token}", "Content-Type": FORM}

    response = suite.http.post(suite.metadata["userinfo_endpoint"], headers=headers, data=b"")

    assert suite.read_userinfo(response, suite.op.sub) == outcome.userinfo[-1]


@runs(*WITH_ACCESS_TOKEN)
def test_oidcc_userinfo_post_body(suite: Suite) -> None:
    """POST with the token in the form: the answer of GET."""
    outcome = suite.sign_in(scope="openid email")

    response = suite.http.post(
        suite.metadata["userinfo_endpoint"], data={"access_token": outcome.access_token}
    )

    assert suite.read_userinfo(response, suite.op.sub) == outcome.userinfo[-1]


@runs(*EVERY)
def test_oidcc_scope_profile(suite: Suite) -> None:
    """All fourteen claims of profile."""
    check_scopes(suite, "profile")


@runs(*EVERY)
def test_oidcc_scope_email(suite: Suite) -> None:
    """The address and whether it is verified; no name."""
    check_scopes(suite, "email")


@runs(*EVERY)
def test_oidcc_scope_address(suite: Suite) -> None:
    """The postal address."""
    check_scopes(suite, "address")


@runs(*EVERY)
def test_oidcc_scope_phone(suite: Suite) -> None:
    """The number and whether it is verified."""
    check_scopes(suite, "phone")


@runs(*EVERY)
def test_oidcc_scope_all(suite: Suite) -> None:
    """All four at once."""
    check_scopes(suite, *SCOPES)


@runs(*EVERY)
def test_oidcc_alternate_happy_flow(suite: Suite) -> None:
    """Scope words and parameters in another order: as scope-email."""
    request = dict(reversed(suite.request(scope="email openid").items()))

    check_claims(suite, suite.complete(suite.client, request, suite.finish(request)), "email")


@runs(*EVERY)
def test_oidcc_claims_essential(suite: Suite) -> None:
    """A name asked for by the claims parameter comes back where it was asked for, and only there."""
    assert suite.metadata["claims_parameter_supported"] is True
    sole = suite.response_type == "id_token"
    claims = {"id_token" if sole else "userinfo": {"name": {"essential": True}}}

    outcome = suite.sign_in(claims=json.dumps(claims))

    for source in outcome.userinfo:
        assert source == {"sub": suite.op.sub, "name": "Kim Ada"}
    for source in outcome.id_tokens:
        assert source.get("name") == ("Kim Ada" if sole else None)


def check_scopes(suite: Suite, *scopes: str) -> None:
    """Sign in with ``scopes``; their claims come back, and no others."""
    assert set(scopes) <= set(suite.metadata["scopes_supported"])
    check_claims(suite, suite.sign_in(scope=" ".join(("openid", *scopes))), *scopes)


def check_claims(suite: Suite, outcome: Outcome, *scopes: str) -> None:
    """The claims of ``scopes`` are in UserInfo; in the ID token only where no access token is issued."""
    names = {name for scope in scopes for name in SCOPES[scope]}
    sole = suite.response_type == "id_token"
    for claims in outcome.userinfo:
        assert claims.keys() == {"sub", *names}
    for claims in outcome.id_tokens:
        assert person_claims(claims) == (names if sole else set())


def person_claims(claims: dict[str, Any]) -> set[str]:
    """Return the names of the claims that say something about the person."""
    return claims.keys() - TOLERATED
