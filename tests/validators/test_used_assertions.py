"""Single use of JWTs."""

from concurrent.futures import ThreadPoolExecutor

from models.database import Database
from validators.used_assertions import UsedAssertions


def test_one_of_many_attempts_wins(database: Database) -> None:
    """RFC 7523 §3 item 7: across threads and processes, by a unique key."""
    used = UsedAssertions(database)

    def attempt(_: int) -> bool:
        won = used.use("jwt-bearer", "https://issuer.example", "1", expires_at=1)
        database.release()
        return won

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(attempt, range(12)))

    assert sum(results) == 1


def test_kind_owner_and_jti_make_it_unique(database: Database) -> None:
    """Each issuer numbers its own; one that proves a client is not used up as a grant."""
    used = UsedAssertions(database)

    assert used.use("jwt-bearer", "a", "1", expires_at=1)
    assert used.use("client", "a", "1", expires_at=1)
    assert used.use("jwt-bearer", "b", "1", expires_at=1)
    assert used.use("jwt-bearer", "a", "2", expires_at=1)
    assert not used.use("jwt-bearer", "a", "1", expires_at=2)
