"""The first day: a link by which somebody becomes the first operator, while nobody is there."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, delete, exists, select

from models.account_link import AccountLink
from models.database import Database
from models.user import User
from validators.people import People
from validators.secret_digests import SecretDigests, new_secret

KIND = "set_up"
LIFETIME_SECONDS = 900
SOMEBODY_IS_THERE = select(exists(select(User.id)))


class SetUp:
    """The one link that is good until it was used, somebody is there, or its time is over.

    Args:
        database: where it is stored.
        digests: how it is stored.
        clock: NumericDate.
        people: where the operator is made.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(
        self, database: Database, digests: SecretDigests, clock: Callable[[], int], people: People
    ) -> None:
        self._database = database
        self._digests = digests
        self._now = clock
        self._people = people

    def offer(self) -> str | None:
        """Return the token of a fresh link, which is not readable again, and end the old one.

        ``None`` where somebody is there already.
        """
        now, token = self._now(), new_secret()
        row = AccountLink(
            digest=self._digests.digest(KIND, token), created_at=now, expires_at=now + LIFETIME_SECONDS
        )
        with self._database.session() as session:
            if session.scalar(SOMEBODY_IS_THERE):
                return None
            session.execute(delete(AccountLink).where(AccountLink.user_id.is_(None)))
            session.add(row)
        return token

    def is_done(self) -> bool:
        """Whether somebody is there, however they were made."""
        with self._database.reading() as session:
            return bool(session.scalar(SOMEBODY_IS_THERE))

    def is_open(self, token: str) -> bool:
        """Whether ``token`` would make an operator now; it is not spent by this."""
        found = select(exists(select(AccountLink).where(*self._is_good(token))) & ~exists(select(User.id)))
        with self._database.reading() as session:
            return bool(session.scalar(found))

    def complete(self, token: str, name: str, password: str) -> User | None:
        """Make the operator and spend the link, both or neither; ``None`` where it is no good.

        Raises:
            InvalidPerson: the name or the password may not be; the link stays.
        """
        if not self.is_open(token):
            return None
        user = self._people.draft(name, password=password, is_operator=True)
        every = select(AccountLink.digest).where(AccountLink.user_id.is_(None)).order_by(AccountLink.digest)
        spent = delete(AccountLink).where(*self._is_good(token)).returning(AccountLink.digest)
        with self._database.session() as session:
            session.execute(every.with_for_update()).all()  # one at a time, be it with another link
            if session.scalar(spent) is None or session.scalar(SOMEBODY_IS_THERE):
                return None
            self._people.add(session, user)
        return user

    def _is_good(self, token: str) -> tuple[ColumnElement[bool], ...]:
        return (
            AccountLink.digest == self._digests.digest(KIND, token),
            AccountLink.user_id.is_(None),
            AccountLink.expires_at > self._now(),
        )
