"""Pruning: what nothing can name any more goes, and nothing else."""

import gc
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, event, update

from models.account_link import AccountLink
from models.authorization_request import AuthorizationRequestRow
from models.database import Database
from models.grant import Grant, RevokedToken
from models.login_session import LoginSession
from models.user import User
from tests.conftest import Clock
from tests.databases import PostgreSQLTemplate
from validators import pruning
from validators.pruning import Pruning, next_size

DAY = 86400
YEAR = 365 * DAY
NOTHING = {"grants": 0, "revoked_tokens": 0, "authorization_requests": 0, "login_sessions": 0} | {
    "device_codes": 0,
    "used_assertions": 0,
    "logout_deliveries": 0,
    "backchannel_requests": 0,
    "ping_deliveries": 0,
    "audit_events": 0,
    "account_links": 0,
}


@pytest.fixture
def pruner(database: Database, clock: Clock) -> Pruning:
    return Pruning(database, clock, YEAR)


def numbered(number: int) -> bytes:
    return number.to_bytes(16)


def grant(number: int, expires_at: int) -> Grant:
    return Grant(
        id=numbered(number),
        client_id="photos",
        scope="openid",
        resource="",
        salt=bytes(16),
        key_version=1,
        generation=1,
        created_at=1,
        expires_at=expires_at,
    )


def sign_in(number: int, expires_at: int, ended_at: int | None) -> LoginSession:
    return LoginSession(
        id=numbered(number),
        cookie_digest=numbered(number),
        user_id="u",
        created_at=1,
        auth_time=1,
        amr="pwd",
        last_seen_at=1,
        expires_at=expires_at,
        ended_at=ended_at,
        user_agent="",
    )


def test_expired_rows_go_and_live_ones_stay(pruner: Pruning, database: Database, clock: Clock) -> None:
    """A row is of use up to the very second of its end."""
    now = clock()
    with database.session() as session:
        for number, expires_at in enumerate((now - 1, now, now + 1)):
            session.add(grant(number, expires_at))
            session.add(RevokedToken(jti=numbered(number), expires_at=expires_at))
            session.add(
                AuthorizationRequestRow(
                    id_digest=numbered(number),
                    client_id="photos",
                    parameters="{}",
                    created_at=1,
                    expires_at=expires_at,
                )
            )

    pruned = pruner.prune()

    assert pruned == NOTHING | {"grants": 1, "revoked_tokens": 1, "authorization_requests": 1}
    with database.reading() as session:
        assert session.get(Grant, numbered(0)) is None
        assert session.query(Grant).count() == 2
    assert pruner.prune() == NOTHING


def test_ended_sign_in_outlives_its_grants(pruner: Pruning, database: Database, clock: Clock) -> None:
    """An ended sign-in stops the grants made in it, so it stays as long as they can live."""
    now = clock()
    with database.session() as session:
        session.add(User(id="u", name="ada", claims="{}", created_at=1, updated_at=1))
        session.flush()
        session.add(sign_in(1, now - 1, None))
        session.add(sign_in(2, now + 1, None))
        session.add(sign_in(3, now - 1, now - DAY))
        session.add(sign_in(4, now - YEAR, now - YEAR - 1))

    pruned = pruner.prune()

    assert pruned == NOTHING | {"login_sessions": 2}
    with database.reading() as session:
        left = {int.from_bytes(row.id) for row in session.query(LoginSession)}
    assert left == {2, 3}


@pytest.mark.parametrize("rows", [10, 95])
def test_many_rows_go_in_batches(
    pruner: Pruning, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    """No statement removes more than a batch, and several that end in one second are all found."""
    monkeypatch.setattr(pruning, "FIRST_BATCH", 10)
    monkeypatch.setattr(pruning, "LARGEST_BATCH", 10)
    with database.session() as session:
        session.add_all(grant(number, clock() - 1 - number // 25) for number in range(rows))
        session.add(grant(1000, clock() + 1))

    assert pruner.prune() == NOTHING | {"grants": rows}

    with database.reading() as session:
        assert [row.id for row in session.query(Grant)] == [numbered(1000)]


@pytest.mark.parametrize(
    ("size", "took", "following"),
    [
        (100, 0.0, 200),
        (100, 0.001, 200),
        (100, 0.005, 100),
        (100, 0.05, 10),
        (800, 0.001, 1000),
        (10, 5.0, 1),
    ],
)
def test_a_batch_is_as_large_as_its_time_allows(size: int, took: float, following: int) -> None:
    """A slow store is locked no longer than a quick one."""
    assert next_size(size, took) == following


def test_slow_commits_do_not_make_small_batches(
    pruner: Pruning, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is slow to sync is as slow for one row: smaller batches only make more of them."""
    monkeypatch.setattr(pruning, "BATCH_SECONDS", 0.1)
    with database.session() as session:
        session.add_all(grant(number, clock() - 1 - number) for number in range(150))
    commits = []

    def sync_slowly(_connection: Connection) -> None:
        commits.append(1)
        time.sleep(0.2 if len(commits) <= 4 else 0)

    event.listen(database.engine, "commit", sync_slowly)

    pruner.prune()

    assert len(commits) == 4 + len(NOTHING)  # 10, 20, 40 and 80 rows, then a look at each table that is empty


def test_no_garbage_is_looked_for_among_old_objects(pruner: Pruning, database: Database) -> None:
    """Walking all that the program holds took longer than a batch, and its lock was held as long."""
    frozen = []
    event.listen(database.engine, "commit", lambda _: frozen.append(gc.get_freeze_count()))

    pruner.prune()

    assert min(frozen) > 1000
    assert gc.get_freeze_count() == 0


def test_two_prune_at_once(database: Database, clock: Clock) -> None:
    """Two nodes whose timers strike together share the work, and neither fails."""
    with database.session() as session:
        session.add_all(grant(number, clock() - 1 - number // 100) for number in range(2000))

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(Pruning(database, clock, YEAR).prune) for _ in range(2)]

    assert sum(run.result()["grants"] for run in runs) == 2000


def test_links_go_when_they_expire(pruner: Pruning, database: Database, clock: Clock) -> None:
    """Used ones are gone already."""
    with database.session() as session:
        for number, expires_at in ((1, clock() - 1), (2, clock() + 1)):
            session.add(AccountLink(digest=numbered(number), created_at=1, expires_at=expires_at))

    assert pruner.prune() == NOTHING | {"account_links": 1}


@pytest.mark.postgres
def test_a_row_that_another_transaction_holds_is_passed_over(
    postgres_template: PostgreSQLTemplate, clock: Clock
) -> None:
    """Nobody is waited for, and what is given a later end at this moment stays."""
    with postgres_template.copy() as url:
        database = Database(url)
        with database.session() as session:
            session.add_all(grant(number, clock() - 1) for number in range(20))

        with database.session() as holder:
            holder.execute(update(Grant).where(Grant.id == numbered(7)).values(expires_at=clock() + DAY))
            assert Pruning(database, clock, YEAR).prune() == NOTHING | {"grants": 19}

        with database.reading() as session:
            assert [row.id for row in session.query(Grant)] == [numbered(7)]
        database.dispose()


@pytest.mark.slow
def test_thousands_of_rows(pruner: Pruning, database: Database, clock: Clock) -> None:
    """The real batch sizes."""
    with database.session() as session:
        session.add_all(
            RevokedToken(jti=numbered(number), expires_at=clock() - 1 - number) for number in range(3500)
        )

    assert pruner.prune() == NOTHING | {"revoked_tokens": 3500}
