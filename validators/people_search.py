"""People as an operator looks through them: a page at a time, all or by a word."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import or_, select

from models.database import Database
from models.user import User, UserHandle
from validators.handles import handle_of


class FoundPerson(NamedTuple):
    """One person in a list.

    Attributes:
        handle: the canonical form of their name: the place in the list.
        user: the row.
    """

    handle: str
    user: User


class PeopleSearch:
    """Looks through everybody, in the order of their names.

    Args:
        database: where they are stored.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, word: str = "", *, after: str | None = None, limit: int) -> list[FoundPerson]:
        """Return at most ``limit`` people; the index of the names keeps a page cheap, however many there are.

        Args:
            word: what name or e-mail address holds, or a whole ``sub``; empty: anybody.
            after: the handle that the list goes on after.
            limit: how many.
        """
        named = (
            select(UserHandle.handle, User)
            .join(User, User.id == UserHandle.user_id)
            .where(UserHandle.handle.not_like("%@%"))  # an address: names hold no "@"
            .order_by(UserHandle.handle)
            .limit(limit)
        )
        if word:
            canonical = handle_of(word)
            if canonical is None:
                return []
            holds = select(UserHandle.user_id).where(UserHandle.handle.contains(canonical, autoescape=True))
            named = named.where(or_(User.id == word, User.id.in_(holds)))
        if after is not None:
            named = named.where(UserHandle.handle > after)
        with self._database.reading() as session:
            return [FoundPerson(handle, user) for handle, user in session.execute(named)]

    def names(self, user_ids: Collection[str]) -> dict[str, str]:
        """Return the names of those among ``user_ids`` who are still here."""
        with self._database.reading() as session:
            found = session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
            return {user.id: user.name for user in found}
