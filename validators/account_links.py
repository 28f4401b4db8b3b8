"""Links by which a person chooses a password: an invitation, or the way back to an account."""

from collections.abc import Callable
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, delete, select

from models.account_link import AccountLink
from models.database import Database
from models.user import User
from validators.new_passwords import replace_password
from validators.people import People
from validators.secret_digests import SecretDigests, new_secret

KIND = "account_link"


class IssuedLink(NamedTuple):
    """A fresh link: its token, which is not readable again, and when it ends (NumericDate)."""

    token: str
    expires_at: int


class AccountLinks:
    """At most one good link of each person. What sets a password otherwise, or disables them, ends it.

    Args:
        database: where they are stored.
        digests: how they are stored.
        clock: NumericDate.
        people: whose passwords they set.

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

    def issue(self, user_id: str, lifetime_seconds: int) -> IssuedLink | None:
        """Return a fresh link and end the person's old one.

        ``None`` for nobody and for the disabled.
        """
        now = self._now()
        link = IssuedLink(new_secret(), now + lifetime_seconds)
        row = AccountLink(
            digest=self._digests.digest(KIND, link.token),
            user_id=user_id,
            created_at=now,
            expires_at=link.expires_at,
        )
        # The person is locked: they are neither deleted nor disabled, nor given another link, meanwhile.
        person = select(User.id).where(User.id == user_id, User.disabled_at.is_(None)).with_for_update()
        with self._database.session() as session:
            if session.scalar(person) is None:
                return None
            session.execute(delete(AccountLink).where(AccountLink.user_id == user_id))
            session.add(row)
        return link

    def find(self, token: str) -> User | None:
        """Return the person whose password ``token`` would set now; it is not spent by this."""
        with self._database.reading() as session:
            return session.scalar(self._owner(token))

    def set_password(self, token: str, password: str) -> User | None:
        """Give the person of a link a password, spend the link, and end their sign-ins.

        ``None`` where the link is no good.

        Raises:
            InvalidPerson: the password may not be set; the link stays.
        """
        if self.find(token) is None:
            return None
        password_hash = self._people.hash_password(password)
        with self._database.session() as session:
            user = session.scalar(self._owner(token).with_for_update(of=User))
            spent = delete(AccountLink).where(*self._is_good(token)).returning(AccountLink.digest)
            if user is None or session.scalar(spent) is None:
                return None
            replace_password(session, user.id, password_hash, now=self._now())
        return user

    def _owner(self, token: str) -> Select[User]:
        return (
            select(User)
            .join(AccountLink, AccountLink.user_id == User.id)
            .where(*self._is_good(token), User.disabled_at.is_(None))
        )

    def _is_good(self, token: str) -> tuple[ColumnElement[bool], ...]:
        return (
            AccountLink.digest == self._digests.digest(KIND, token),
            AccountLink.expires_at > self._now(),
        )
