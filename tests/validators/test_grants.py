"""The statements of the grant store, on every database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from models.client import ClientRow
from models.database import Database
from models.grant import Grant, RevokedToken
from models.login_session import LoginSession
from models.user import User
from validators.grants import GRANT_COLUMNS, GrantRecord, Grants

VALUES: dict[str, Any] = dict.fromkeys(GRANT_COLUMNS) | {
    "id": bytes(range(16)),
    "client_id": "photos",
    "user_id": "ada",
    "login_session_id": b"session",
    "scope": "openid email",
    "resource": "",
    "claims": '{"userinfo": {"name": null}}',
    "nonce": "n",
    "redirect_uri": "https://client.example/é",
    "code_challenge": "c" * 43,
    "auth_time": 90,
    "amr": "pwd",
    "salt": bytes(16),
    "key_version": 1,
    "generation": 0,
    "created_at": 100,
    "code_expires_at": 160,
    "expires_at": 4_102_444_800,
}
RECORD = GrantRecord(**VALUES)


@pytest.fixture
def grants(database: Database) -> Grants:
    """The store, with the client, person and sign-in that the record names."""
    with database.session() as session:
        session.add(ClientRow(client_id="photos", client_metadata="{}", version=3, created_at=1))
        session.add(
            User(id="ada", name="Ada", email="ada@example.org", claims="{}", created_at=1, updated_at=2)
        )
        session.flush()
        session.add(
            LoginSession(
                id=b"session",
                cookie_digest=b"d",
                user_id="ada",
                created_at=1,
                auth_time=1,
                amr="pwd",
                last_seen_at=1,
                expires_at=2**40,
                user_agent="",
            )
        )
    return Grants(database)


def test_what_is_inserted_is_found(grants: Grants) -> None:
    """DESIGN §4: every column, and what one read joins."""
    grants.insert(RECORD)

    found = grants.find(RECORD.id)

    assert found == RECORD._replace(
        client_version=3, user_name="Ada", user_email="ada@example.org", user_claims="{}", user_updated_at=2
    )
    assert found.is_usable


def test_an_unknown_grant_is_none(grants: Grants) -> None:
    """A credential of a lost row."""
    assert grants.find(bytes(16)) is None


def test_spending_counts_from_the_generation_seen(grants: Grants) -> None:
    """DESIGN §4: UPDATE … WHERE generation = n; once each."""
    grants.insert(RECORD)

    results = [
        grants.spend(RECORD._replace(generation=seen), now=200, expires_at=900) for seen in (0, 0, 2, 1)
    ]

    found = grants.find(RECORD.id)
    assert results == [True, False, False, True]
    assert found is not None
    assert (found.generation, found.rotated_at, found.expires_at) == (2, 200, 900)


def test_one_of_many_parallel_attempts_wins(grants: Grants, database: Database) -> None:
    """DESIGN §4: one statement, one winner, on SQLite and PostgreSQL."""
    grants.insert(RECORD)

    def attempt(_: int) -> bool:
        try:
            return grants.spend(RECORD, now=200, expires_at=900)
        finally:
            database.release()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(attempt, range(24)))

    assert results.count(True) == 1


def test_a_revoked_grant_is_neither_spent_nor_extended(grants: Grants) -> None:
    """DESIGN §4: AND revoked_at IS NULL."""
    grants.insert(RECORD)
    grants.revoke(RECORD.id, now=300)

    assert not grants.spend(RECORD, now=400, expires_at=900)
    assert not grants.extend(RECORD, expires_at=900)


def test_the_first_revocation_stands(grants: Grants) -> None:
    """An audit asks when it ended."""
    grants.insert(RECORD)

    grants.revoke(RECORD.id, now=300)
    grants.revoke(RECORD.id, now=400)

    found = grants.find(RECORD.id)
    assert found is not None
    assert found.revoked_at == 300
    assert not found.is_usable


def test_extending_moves_the_end_alone(grants: Grants) -> None:
    """DESIGN §4: without rotation nothing else changes."""
    grants.insert(RECORD)

    assert grants.extend(RECORD, expires_at=5_000_000_000)

    found = grants.find(RECORD.id)
    assert found is not None
    assert (found.expires_at, found.generation, found.rotated_at) == (5_000_000_000, 0, None)


def test_a_single_revoked_token_is_seen_by_its_own_check_alone(grants: Grants, database: Database) -> None:
    """RFC 7009 §2.1: the read joins the token that asks."""
    grants.insert(RECORD)
    with database.session() as session:
        session.add(RevokedToken(jti=b"j" * 16, expires_at=1))

    asked, other, none = (grants.find(RECORD.id, jti) for jti in (b"j" * 16, b"k" * 16, b""))

    assert asked is not None
    assert other is not None
    assert none is not None
    assert (asked.revoked_jti, other.revoked_jti, none.revoked_jti) == (b"j" * 16, None, None)


def end_client(database: Database) -> None:
    with database.session() as session:
        session.get_one(ClientRow, "photos").deleted_at = 5


def lose_client(database: Database) -> None:
    with database.session() as session:
        session.delete(session.get_one(ClientRow, "photos"))


def disable_person(database: Database) -> None:
    with database.session() as session:
        session.get_one(User, "ada").disabled_at = 5


def delete_person(database: Database) -> None:
    with database.session() as session:
        session.delete(session.get_one(LoginSession, b"session"))
        session.flush()
        session.delete(session.get_one(User, "ada"))


def end_session(database: Database) -> None:
    with database.session() as session:
        session.get_one(LoginSession, b"session").ended_at = 5


@pytest.mark.parametrize(
    ("end", "with_offline_access"),
    [
        pytest.param(end_client, False, id="client-deleted"),
        pytest.param(lose_client, False, id="client-lost"),
        pytest.param(disable_person, False, id="person-disabled"),
        pytest.param(delete_person, False, id="person-deleted"),
        pytest.param(end_session, True, id="session-ended"),
    ],
)
def test_what_a_grant_hangs_on_may_end(
    grants: Grants, database: Database, end: Callable[[Database], None], with_offline_access: bool
) -> None:
    """DESIGN §4: the next use stops; offline_access outlives the session and nothing else."""
    offline = RECORD._replace(id=b"o" * 16, scope="openid offline_access")
    grants.insert(RECORD)
    grants.insert(offline)

    end(database)

    found, found_offline = grants.find(RECORD.id), grants.find(offline.id)
    assert found is not None
    assert found_offline is not None
    assert not found.is_usable
    assert found_offline.is_usable is with_offline_access


def test_a_grant_of_no_person_needs_none(grants: Grants) -> None:
    """DESIGN §4: a client of its own."""
    grants.insert(RECORD._replace(user_id=None, login_session_id=None))

    found = grants.find(RECORD.id)
    assert found is not None
    assert found.is_usable


def test_the_record_has_the_columns_in_their_order() -> None:
    """A record is made from a row by position."""
    assert GrantRecord._fields[: len(GRANT_COLUMNS)] == tuple(Grant.__table__.columns.keys())
