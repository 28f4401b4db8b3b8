"""People, their names and their claims (OpenID Connect Core §2, §5.1)."""

import json
from typing import Any

import pytest

from models.database import Database
from models.grant import Grant
from models.login_session import LoginSession
from models.user import UserHandle
from tests.conftest import Clock
from validators.passwords import PasswordPolicy, Passwords
from validators.people import InvalidPerson, People

CHEAP = PasswordPolicy(memory_kib=8, iterations=1)
PASSWORD = "correct horse"


@pytest.fixture
def people(database: Database, clock: Clock) -> People:
    return People(database, clock, Passwords(CHEAP))


def sign_in(user_id: str) -> LoginSession:
    times = {"created_at": 1, "auth_time": 1, "last_seen_at": 1, "expires_at": 2}
    return LoginSession(
        id=bytes(16), cookie_digest=bytes(32), user_id=user_id, amr="pwd", user_agent="", **times
    )


def test_sub_is_random_and_of_ascii(people: People) -> None:
    """OpenID Connect Core §2: locally unique, never reassigned, at most 255 ASCII characters."""
    first, second = people.create("ada"), people.create("grace")

    assert first.id != second.id
    assert len(first.id) >= 22
    assert first.id.isascii()


@pytest.mark.parametrize("handle", ["ADA", " Ａｄａ ", "ada@Example.COM"])
def test_name_and_address_sign_in_however_they_are_written(people: People, handle: str) -> None:
    """One person for all forms that NFKC and case folding make the same."""
    user = people.create("Ada", "Ada@example.com", password=PASSWORD)

    found = people.authenticate(handle, PASSWORD)

    assert found is not None
    assert found.id == user.id


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [
        pytest.param("STRASSE", None, "name", id="case-folding"),
        pytest.param("ｓtrasse", None, "name", id="full-width"),
        pytest.param("anna", "Anna@Example.com", "email", id="address"),
    ],
)
def test_what_folds_to_a_taken_handle_is_taken(
    people: People, name: str, email: str | None, field: str
) -> None:
    """No two people can be told apart by case or width alone."""
    people.create("straße", "anna@example.com")

    with pytest.raises(InvalidPerson) as caught:
        people.create(name, email)

    assert caught.value.field == field
    assert len(people.list()) == 1


@pytest.mark.parametrize(
    ("members", "field"),
    [
        pytest.param({"name": "a@b"}, "name", id="name"),
        pytest.param({"email": "ada"}, "email", id="email"),
        pytest.param({"password": "short"}, "password", id="password"),
        pytest.param({"claims": {"sub": "x"}}, "claims", id="claims"),
        pytest.param({"claims": {"email_verified": True}}, "claims", id="verified-nothing"),
        pytest.param({"claims": {"preferred_username": "grace"}}, "claims", id="other-username"),
        pytest.param(
            {"claims": {"email": "b@example.com"}, "email": "a@example.com"}, "claims", id="two-emails"
        ),
    ],
)
def test_unsound_person_is_refused(people: People, members: dict[str, Any], field: str) -> None:
    """OpenID Connect Core §5.1: nothing is stored, and the answer says what is at fault."""
    with pytest.raises(InvalidPerson) as caught:
        people.create(**{"name": "ada"} | members)

    assert caught.value.field == field
    assert people.list() == []


def test_claims_are_kept(people: People) -> None:
    """OpenID Connect Core §5.1, §5.2: standard, tagged and unknown ones; nulls are left out."""
    claims = {
        "name": "Ada Lovelace",
        "name#ko": "에이다 러브레이스",
        "birthdate": "0000-12-10",
        "email_verified": True,
        "phone_number": "+44 20 7946 0000",
        "address": {"formatted": "12 St James's Square\nLondon", "country": "GB"},
        "department": ["engines"],
    }

    user = people.create("ada", claims=claims | {"email": "ada@example.com", "gender": None})

    assert json.loads(user.claims) == claims
    assert user.email == "ada@example.com"
    assert people.find("ada@example.com") is not None


@pytest.mark.parametrize(
    ("handle", "password"),
    [
        pytest.param("ada", "wrong password", id="wrong"),
        pytest.param("grace", PASSWORD, id="unknown"),
        pytest.param("disabled", PASSWORD, id="disabled"),
        pytest.param("passwordless", "", id="no-password"),
        pytest.param("ada\u0000", PASSWORD, id="impossible"),
    ],
)
def test_one_answer_and_one_work_for_every_refusal(
    people: People, monkeypatch: pytest.MonkeyPatch, handle: str, password: str
) -> None:
    """OWASP Authentication: nobody learns which names exist."""
    people.create("ada", password=PASSWORD)
    people.create("passwordless")
    people.disable(people.create("disabled", password=PASSWORD).id)
    verifications: list[str | None] = []
    verify = Passwords.verify

    def spy(passwords: Passwords, given: str, password_hash: str | None) -> bool:
        verifications.append(password_hash)
        return verify(passwords, given, password_hash)

    monkeypatch.setattr(Passwords, "verify", spy)

    assert people.authenticate(handle, password) is None
    assert len(verifications) == 1


def test_new_parameters_rehash_at_sign_in(people: People, database: Database, clock: Clock) -> None:
    """OWASP Password Storage: the work grows without anybody's help."""
    old = people.create("ada", password=PASSWORD).password_hash
    dearer = People(database, clock, Passwords(PasswordPolicy(memory_kib=16, iterations=1)))

    assert dearer.authenticate("ada", PASSWORD)

    user = people.find("ada")
    assert user is not None
    assert user.password_hash != old
    assert "m=16" in (user.password_hash or "")
    assert dearer.authenticate("ada", PASSWORD)


def test_new_password_ends_sign_ins(people: People, database: Database, clock: Clock) -> None:
    """Whoever knew the old one is out."""
    user = people.create("ada", password=PASSWORD)
    with database.session() as session:
        session.add(sign_in(user.id))

    assert people.set_password(user.id, "another password")

    assert people.authenticate("ada", PASSWORD) is None
    assert people.authenticate("ada", "another password")
    with database.reading() as session:
        assert session.get_one(LoginSession, bytes(16)).ended_at == clock()


def test_disabled_person_comes_back(people: People, database: Database, clock: Clock) -> None:
    """Disabling loses nothing but the sign-ins."""
    user = people.create("ada", password=PASSWORD)
    with database.session() as session:
        session.add(sign_in(user.id))

    assert people.disable(user.id)
    disabled = people.find("ada")
    assert people.enable(user.id)

    assert disabled is not None
    assert disabled.disabled_at == clock()
    assert people.authenticate("ada", PASSWORD)
    with database.reading() as session:
        assert session.get_one(LoginSession, bytes(16)).ended_at == clock()


def test_deletion_revokes_and_frees_the_names(people: People, database: Database, clock: Clock) -> None:
    """Grants stay behind revoked, for the right answer to late credentials; the sub is never used again."""
    user = people.create("ada", "ada@example.com")
    with database.session() as session:
        session.add(sign_in(user.id))
        session.add(
            Grant(
                id=bytes(16),
                client_id="photos",
                user_id=user.id,
                scope="openid",
                resource="",
                salt=bytes(16),
                key_version=1,
                generation=0,
                created_at=1,
                expires_at=2,
            )
        )

    assert people.delete(user.id)

    with database.reading() as session:
        assert session.get_one(Grant, bytes(16)).revoked_at == clock()
        assert session.query(LoginSession).count() == 0
        assert session.query(UserHandle).count() == 0
    assert people.create("ada", "ada@example.com").id != user.id


def test_person_is_found_by_sub_name_and_address(people: People) -> None:
    """What an operator may type."""
    user = people.create("ada", "ada@example.com")

    for text in (user.id, "ADA", "ada@example.com"):
        found = people.find(text)
        assert found is not None
        assert found.id == user.id
    assert people.find("nobody") is None
    assert people.find("\u0000") is None


def test_the_last_operator_is_the_only_one_who_can_sign_in(people: People) -> None:
    """Others who are disabled, or have no password yet, could not take over."""
    ada = people.create("ada", password=PASSWORD, is_operator=True)
    grace = people.create("grace", password=PASSWORD)
    assert people.is_last_operator(ada.id)
    assert not people.is_last_operator(grace.id)

    assert people.make_operator(grace.id)
    assert not people.is_last_operator(ada.id)

    assert people.disable(grace.id)
    assert people.is_last_operator(ada.id)
    assert not people.is_last_operator(grace.id)

    people.create("mary", is_operator=True)
    assert people.is_last_operator(ada.id)

    assert people.enable(grace.id)
    assert people.remove_operator(ada.id)
    assert people.is_last_operator(grace.id)


def test_nobody_is_changed(people: People) -> None:
    """An ordinary answer, no error."""
    assert not people.disable("nobody")
    assert not people.enable("nobody")
    assert not people.delete("nobody")
    assert not people.make_operator("nobody")
    assert not people.remove_operator("nobody")
    assert not people.is_last_operator("nobody")
    assert not people.set_password("nobody", PASSWORD)
