"""Initial access tokens, by which an operator lets others register clients (RFC 7591 §3.1)."""

import secrets
from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from models.database import Database
from models.registration_token import RegistrationToken
from validators.secret_digests import SecretDigests, new_secret

KIND = "registration_token"
ID_BYTES = 8


class RegistrationTokenSummary(NamedTuple):
    """One token as an operator sees it; ``None``: any number of uses, no end."""

    id: str
    uses_left: int | None
    created_at: int
    expires_at: int | None


class RegistrationTokens:
    """Every initial access token.

    Args:
        database: where they are stored.
        digests: how they are stored.
        clock: NumericDate.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, digests: SecretDigests, clock: Callable[[], int]) -> None:
        self._database = database
        self._digests = digests
        self._now = clock

    def create(
        self, *, uses: int | None = None, lifetime_seconds: int | None = None
    ) -> tuple[RegistrationTokenSummary, str]:
        """Make a token; return what is known of it and the token, which is not readable again.

        Args:
            uses: how many clients it may register; ``None``: any number.
            lifetime_seconds: how long it is good; ``None``: until it is revoked.
        """
        now = self._now()
        token = new_secret()
        row = RegistrationToken(
            id=secrets.token_hex(ID_BYTES),
            digest=self._digests.digest(KIND, token),
            uses_left=uses,
            created_at=now,
            expires_at=None if lifetime_seconds is None else now + lifetime_seconds,
        )
        with self._database.session() as session:
            session.add(row)
        return _summary(row), token

    def list(self) -> list[RegistrationTokenSummary]:
        """Return every token, used up and expired ones too, the oldest first."""
        ordered = select(RegistrationToken).order_by(RegistrationToken.created_at, RegistrationToken.id)
        with self._database.reading() as session:
            return [_summary(row) for row in session.scalars(ordered)]

    def revoke(self, token_id: str) -> bool:
        """End a token; false when there is none of this id. What it has registered lives on."""
        if not token_id.isprintable():
            return False
        with self._database.session() as session:
            row = session.get(RegistrationToken, token_id)
            if row is None:
                return False
            session.delete(row)
        return True

    def is_good(self, token: str) -> bool:
        """Whether ``token`` may register a client now; it is not spent by this."""
        found = select(RegistrationToken.id).where(self._is_spendable(token))
        with self._database.reading() as session:
            return session.scalar(found) is not None

    def spend(self, session: Session, token: str) -> bool:
        """Take one use of ``token`` in the caller's transaction; false when there is none to take.

        One conditional statement: of any number of parallel attempts at the last use one succeeds.
        """
        spent = (
            update(RegistrationToken)
            .where(self._is_spendable(token))
            .values(uses_left=RegistrationToken.uses_left - 1)
            .returning(RegistrationToken.id)
        )
        return len(session.execute(spent).all()) == 1

    def _is_spendable(self, token: str) -> ColumnElement[bool]:
        row = RegistrationToken
        return and_(
            row.digest == self._digests.digest(KIND, token),
            or_(row.uses_left.is_(None), row.uses_left > 0),
            or_(row.expires_at.is_(None), row.expires_at > self._now()),
        )


def _summary(row: RegistrationToken) -> RegistrationTokenSummary:
    return RegistrationTokenSummary(row.id, row.uses_left, row.created_at, row.expires_at)
