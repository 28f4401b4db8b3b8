"""When a store that is there cannot be used for now."""

from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import QueuePool, insert, select, update

from models.client import ClientRow
from models.database import Database
from models.errors import StoreUnavailable

ROW: dict[str, Any] = {
    "client_id": "photos",
    "client_metadata": "{}",
    "version": 1,
    "created_at": 0,
    **dict.fromkeys(("secret_digest", "sealed_secret", "registration_access_token_digest")),
    **dict.fromkeys(("used_at", "deleted_at")),
}
INSERT = insert(ClientRow)
COUNT = update(ClientRow).values(version=ClientRow.version + 1).returning(ClientRow.version)
FIND = select(ClientRow.version)


def test_a_replica_that_has_not_taken_over_is_an_unavailable_store(database: Database) -> None:
    """It is read; what would be written is not promised, and can be tried again."""
    database.run(database.compile(INSERT), ROW)
    url = database.url
    if database.is_sqlite:
        url = url.set(database=f"file:{url.database}", query={"mode": "ro", "uri": "true"})
    else:
        url = url.update_query_dict({"options": "-c default_transaction_read_only=on"})
    replica = Database(url.render_as_string(hide_password=False))

    with pytest.raises(StoreUnavailable), replica.session() as session:
        session.add(ClientRow(**ROW | {"client_id": "notes"}))
    with pytest.raises(StoreUnavailable):
        replica.run(replica.compile(COUNT), {})

    assert replica.run(replica.compile(FIND), {})
    replica.dispose()


def test_a_pool_that_has_no_connection_left_is_an_unavailable_store(database: Database) -> None:
    """More threads than connections: the last one waits for a while, and is told."""
    pool = database.engine.pool
    assert isinstance(pool, QueuePool)
    pool._timeout = 0.01

    with ExitStack() as threads:
        for _ in range(pool.size() + pool._max_overflow):
            threads.enter_context(database.engine.connect())
        with pytest.raises(StoreUnavailable), database.session() as session:
            session.execute(FIND)
