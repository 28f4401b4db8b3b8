"""Initial access tokens (RFC 7591 §3.1)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from models.database import Database
from models.registration_token import RegistrationToken
from tests.conftest import Clock
from validators.registration_tokens import RegistrationTokens
from validators.secret_digests import SecretDigests


@pytest.fixture
def tokens(database: Database, clock: Clock) -> RegistrationTokens:
    return RegistrationTokens(database, SecretDigests(bytes(32)), clock)


def spend(database: Database, tokens: RegistrationTokens, token: str) -> bool:
    with database.session() as session:
        return tokens.spend(session, token)


def test_a_token_without_limits_is_good_until_it_is_revoked(
    tokens: RegistrationTokens, database: Database, clock: Clock
) -> None:
    """As often as wanted, as long as wanted."""
    summary, token = tokens.create()
    clock.advance(seconds=10 * 365 * 86_400)

    assert all(spend(database, tokens, token) for _ in range(3))
    assert tokens.list() == [summary]
    assert tokens.revoke(summary.id)
    assert not tokens.is_good(token)
    assert not spend(database, tokens, token)
    assert not tokens.revoke(summary.id)
    assert tokens.list() == []


def test_uses_are_counted(tokens: RegistrationTokens, database: Database) -> None:
    """Asking whether it is good does not spend."""
    _, token = tokens.create(uses=2)

    assert [tokens.is_good(token) for _ in range(3)] == [True, True, True]
    assert [spend(database, tokens, token) for _ in range(3)] == [True, True, False]
    assert not tokens.is_good(token)
    assert [each.uses_left for each in tokens.list()] == [0]


def test_a_token_ends(tokens: RegistrationTokens, database: Database, clock: Clock) -> None:
    """In the second that it names."""
    summary, token = tokens.create(lifetime_seconds=60)

    clock.advance(seconds=59)
    assert tokens.is_good(token)
    clock.advance(seconds=1)

    assert summary.expires_at == clock()
    assert not tokens.is_good(token)
    assert not spend(database, tokens, token)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "\xff\x00"])
def test_other_words_are_no_tokens(tokens: RegistrationTokens, database: Database, token: str) -> None:
    """Nor is the id of a token."""
    summary, _ = tokens.create()

    for word in (token, summary.id):
        assert not tokens.is_good(word)
        assert not spend(database, tokens, word)
    assert not tokens.revoke("nul\x00")


@pytest.mark.security
def test_the_last_use_is_one_use(tokens: RegistrationTokens, database: Database) -> None:
    """One conditional statement: of parallel attempts one succeeds."""
    _, token = tokens.create(uses=1)

    with ThreadPoolExecutor(6) as pool:
        spent = list(pool.map(lambda _: spend(database, tokens, token), range(12)))

    assert spent.count(True) == 1


@pytest.mark.security
def test_a_stolen_database_holds_no_token(tokens: RegistrationTokens, database: Database) -> None:
    """Advisory 36: a digest is stored, no bearer value."""
    summary, token = tokens.create()

    with database.reading() as session:
        row = session.get_one(RegistrationToken, summary.id)
        assert len(row.digest) == 32
        assert token.encode() not in row.digest
