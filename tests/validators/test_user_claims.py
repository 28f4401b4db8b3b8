"""Which claims about a person go where (OpenID Connect Core §5.4, §5.5)."""

import json
from typing import Any

import pytest

from provider.wiring import Services
from tests.browser import Browser, answer_of
from tests.builders import make_client
from tests.sqlite_only import database_url as database_url
from validators.grants import GRANT_COLUMNS, GrantRecord
from validators.user_claims import (
    SCOPE_CLAIMS,
    STANDARD_CLAIMS,
    id_token_person_claims,
    person_claims,
    requested_claims,
    userinfo_claims,
)


def record(known: dict[str, Any] | None = None, /, **changes: Any) -> GrantRecord:
    """Return the grant of Ada, of whom ``known`` is known."""
    values: dict[str, Any] = dict.fromkeys(GRANT_COLUMNS) | {
        "user_id": "ada-sub",
        "user_name": "ada",
        "user_email": "ada@example.org",
        "user_claims": json.dumps(known or {}),
        "user_updated_at": 77,
    }
    return GrantRecord(**(values | changes))


def test_there_are_as_many_standard_claims_as_the_scopes_have() -> None:
    """Core §5.4: 14 of profile, and those of email, address and phone."""
    assert len(SCOPE_CLAIMS["profile"]) == 14
    assert len(set(STANDARD_CLAIMS)) == len(STANDARD_CLAIMS) == 19


@pytest.mark.parametrize(
    ("scopes", "told"),
    [
        pytest.param(["openid"], {}, id="openid"),
        pytest.param(["openid", "email"], {"email": "ada@example.org", "email_verified": True}, id="email"),
        pytest.param(["openid", "phone"], {"phone_number": "+1"}, id="phone"),
        pytest.param(
            ["openid", "profile"],
            {"name": "Ada", "preferred_username": "ada", "updated_at": 77},
            id="profile",
        ),
        pytest.param(["openid", "address"], {}, id="nothing-known"),
        pytest.param(["openid", "photos", "offline_access"], {}, id="other-scopes"),
    ],
)
def test_claims_of_a_scope(scopes: list[str], told: dict[str, Any]) -> None:
    """Core §5.4: what was asked and is known; what is not known is left out (§5.3.2)."""
    person = record({"name": "Ada", "phone_number": "+1", "email_verified": True, "shoe_size": 42})

    assert userinfo_claims(person, scopes, "ada-sub") == {"sub": "ada-sub"} | told


def test_a_language_comes_with_its_claim() -> None:
    """Core §5.2."""
    person = record({"name": "Ada", "name#ko": "에이다", "email#x": "no"})

    told = userinfo_claims(person, ["openid", "profile"], "ada-sub")

    assert told.keys() == {"sub", "name", "name#ko", "preferred_username", "updated_at"}


def test_what_the_row_knows_is_the_truth() -> None:
    """DESIGN §6: name, e-mail and time of change are columns; unverified unless said."""
    person = person_claims(record({"email": "old@example.org", "updated_at": 1}))

    assert person["email"] == "ada@example.org"
    assert person["email_verified"] is False
    assert person["updated_at"] == 77
    assert person["preferred_username"] == "ada"


def test_without_an_address_nothing_is_verified() -> None:
    """Core §5.1: email_verified says something of an email."""
    person = record(user_email=None)

    assert userinfo_claims(person, ["email"], "ada-sub") == {"sub": "ada-sub"}


def test_single_claims_are_asked_for_each_place_alone() -> None:
    """Core §5.5: userinfo and id_token."""
    asked = json.dumps({"userinfo": {"name": None}, "id_token": {"shoe_size": {"essential": True}}})
    person = record({"name": "Ada", "shoe_size": 42}, claims=asked)

    assert userinfo_claims(person, ["openid"], "ada-sub") == {"sub": "ada-sub", "name": "Ada"}
    assert id_token_person_claims(person, {"feet": ["shoe_size"]}) == {"shoe_size": 42}
    assert requested_claims(person, "userinfo") == {"name": {}}
    assert requested_claims(record(), "userinfo") == {}


def test_a_claim_that_no_scope_releases_is_not_told() -> None:
    """Core §5.5: the scope that it belonged to is gone."""
    asked = json.dumps({"userinfo": {"shoe_size": None}, "id_token": {"shoe_size": None}})
    person = record({"shoe_size": 42}, claims=asked)

    assert userinfo_claims(person, ["openid", "feet"], "ada-sub", {"hands": ["size"]}) == {"sub": "ada-sub"}
    assert id_token_person_claims(person) == {}


def test_claims_of_scopes_are_not_in_the_id_token() -> None:
    """Core §5.4: with an access token they come from UserInfo."""
    assert id_token_person_claims(record({"name": "Ada"})) == {}


@pytest.mark.security
def test_sub_is_never_a_persons_own_claim() -> None:
    """Core §5.3.2."""
    person = record({"sub": "admin"}, claims='{"userinfo": {"sub": null}}')

    assert userinfo_claims(person, ["openid", "profile"], "ada-sub")["sub"] == "ada-sub"


def test_a_requested_subject_is_the_one_or_none(services: Services, signed_in: Browser, ada: str) -> None:
    """Core §3.1.2.2, §5.5.1: with a value for ``sub`` only that person gives a positive answer."""
    client, _ = make_client(services)
    signed_in.code_for(client)

    same, other = (
        answer_of(
            signed_in.authorize(
                client, prompt="none", claims=json.dumps({"id_token": {"sub": {"value": sub}}})
            )
        )
        for sub in (ada, "somebody-else")
    )

    assert "code" in same
    assert "code" not in other
    assert other["error"] in {"login_required", "interaction_required", "account_selection_required"}


def test_an_essential_acr_that_cannot_be_reached_is_an_error(services: Services, signed_in: Browser) -> None:
    """Core §5.5.1.1: asked essential with values and not met is a failed authentication."""
    client, _ = make_client(services)
    signed_in.code_for(client)
    asked = {"id_token": {"acr": {"essential": True, "values": ["urn:example:hardware"]}}}

    answer = answer_of(signed_in.authorize(client, prompt="none", claims=json.dumps(asked)))

    assert "code" not in answer
    assert "error" in answer
