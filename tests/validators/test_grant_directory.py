"""Grants as an operator sees and ends them."""

import pytest
from sqlalchemy import update

from models.database import Database
from models.grant import Grant
from tests.conftest import Clock
from validators import grant_directory
from validators.grant_directory import GrantDirectory


@pytest.fixture
def directory(database: Database, clock: Clock) -> GrantDirectory:
    return GrantDirectory(database, clock)


@pytest.fixture
def grants(database: Database) -> list[bytes]:
    """Seven grants, the last one made last, of two people and two clients."""
    ids = [number.to_bytes(16) for number in range(7)]
    with database.session() as session:
        session.add_all(
            Grant(
                id=grant_id,
                client_id=f"client-{number % 2}",
                user_id=f"user-{number // 4}",
                scope="openid",
                resource="",
                salt=bytes(16),
                key_version=1,
                generation=0,
                created_at=number,
                expires_at=number,
                revoked_at=5 if number == 0 else None,
            )
            for number, grant_id in enumerate(ids)
        )
    return ids


def test_newest_come_first(directory: GrantDirectory, grants: list[bytes]) -> None:
    """No more than asked for."""
    assert [grant.id for grant in directory.list(limit=3)] == [grants[6], grants[5], grants[4]]


def test_list_of_one_person_and_client(directory: GrantDirectory, grants: list[bytes]) -> None:
    """Both conditions together."""
    listed = directory.list(user_id="user-0", client_id="client-1", limit=10)

    assert [grant.id for grant in listed] == [grants[3], grants[1]]


def test_revoked_grant_keeps_its_time(directory: GrantDirectory, grants: list[bytes], clock: Clock) -> None:
    """RFC 7009 §2: revoking again changes nothing."""
    assert directory.revoke(grants[0])
    assert directory.revoke(grants[1])
    assert not directory.revoke(b"x" * 16)

    revoked_at = {grant.id: grant.revoked_at for grant in directory.list(limit=10)}
    assert revoked_at[grants[0]] == 5
    assert revoked_at[grants[1]] == clock()
    assert revoked_at[grants[2]] is None


@pytest.mark.parametrize("batch", [3, 1000])
def test_all_grants_end(
    directory: GrantDirectory, grants: list[bytes], monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """The remedy for a stolen key leaves none alive, whatever the batches."""
    monkeypatch.setattr(grant_directory, "BATCH", batch)

    assert directory.revoke_all() == 6

    assert all(grant.revoked_at is not None for grant in directory.list(limit=10))


def test_a_list_goes_on_after_a_grant(
    directory: GrantDirectory, grants: list[bytes], database: Database
) -> None:
    """Those of one second by their ids."""
    with database.session() as session:
        session.execute(update(Grant).where(Grant.id.in_(grants[:3])).values(created_at=2))
    last = directory.find(grants[0])

    assert last is not None
    after = (last.created_at, last.id)
    assert [grant.id for grant in directory.list(after=after, limit=9)] == [grants[1], grants[2]]
    assert directory.find(bytes(15)) is None
