"""Scopes that are defined anew: who is asked again, and what earlier grants release."""

import pytest
from sqlalchemy import select

from models.client import ClientRow
from models.consent import Consent
from models.database import Database
from models.scope import Scope
from models.user import User
from tests.conftest import Clock
from validators.registered_names import InvalidRegistration
from validators.scope_directory import ScopeDirectory


@pytest.fixture
def directory(database: Database, clock: Clock) -> ScopeDirectory:
    """One scope, that somebody has allowed since."""
    directory = ScopeDirectory(database, clock)
    directory.create("groups", claims=["groups", "roles"])
    return directory


def defined_at(database: Database) -> int:
    with database.reading() as session:
        row = session.get(Scope, "groups")
        assert row is not None
        return row.created_at


@pytest.mark.parametrize(
    ("claims", "is_new"),
    [
        pytest.param(["groups", "roles"], False, id="words-alone"),
        pytest.param(["roles"], False, id="fewer"),
        pytest.param([], False, id="none"),
        pytest.param(["groups", "salary"], True, id="another"),
    ],
)
def test_only_another_claim_is_another_permission(
    directory: ScopeDirectory, database: Database, clock: Clock, claims: list[str], is_new: bool
) -> None:
    """OpenID Connect Core §5.4: nobody's claims are released who has not been asked for them."""
    before = clock()
    clock.advance(seconds=10)

    assert directory.change("groups", claims=claims, description="See your groups")

    (scope,) = directory.list()
    assert (set(scope.claims), scope.description) == (set(claims), "See your groups")
    assert defined_at(database) == (clock() if is_new else before)


def test_a_remembered_consent_ends_with_another_claim(directory: ScopeDirectory, database: Database) -> None:
    """Words alone leave it; a new claim takes the scope out of it."""
    with database.session() as session:
        session.add(User(id="u", name="u", claims="{}", created_at=1, updated_at=1))
        session.add(ClientRow(client_id="c", client_metadata="{}", version=1, created_at=1))
        session.flush()
        session.add(Consent(user_id="u", client_id="c", resource="", scope="openid groups", granted_at=1))

    directory.change("groups", claims=["groups"], description="Other words")
    assert remembered(database) == "openid groups"
    directory.change("groups", claims=["groups", "salary"])

    assert remembered(database) == "openid"


def remembered(database: Database) -> str | None:
    with database.reading() as session:
        return session.scalar(select(Consent.scope))


def test_a_scope_that_is_not_there(directory: ScopeDirectory) -> None:
    """There is nothing to change."""
    assert not directory.change("other", claims=["a"])


def test_a_wrong_claim_is_refused(directory: ScopeDirectory) -> None:
    """As when a scope is made; nothing is stored."""
    with pytest.raises(InvalidRegistration):
        directory.change("groups", claims=["sub"])

    assert directory.list()[0].claims == ("groups", "roles")
