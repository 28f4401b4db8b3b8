"""People: made and ended by an operator, recognised by name or e-mail address and password."""

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.database import Database
from models.grant import Grant
from models.login_session import LoginSession
from models.user import User, UserHandle
from validators.handles import handle_of
from validators.last_operator import ABLE, require_another
from validators.new_passwords import links_of, replace_password
from validators.passwords import BadPassword, Passwords
from validators.person_claims import InvalidPerson, own_claims
from validators.sign_in_ends import end_sign_ins

__all__ = ["InvalidPerson", "People"]


class People:
    """The people of this provider. ``sub`` is random, names and addresses share one namespace.

    Args:
        database: where they are stored.
        clock: NumericDate.
        passwords: how their passwords are hashed.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int], passwords: Passwords) -> None:
        self._database = database
        self._now = clock
        self._passwords = passwords

    def create(
        self,
        name: str,
        email: str | None = None,
        claims: Mapping[str, Any] | None = None,
        password: str | None = None,
        *,
        is_operator: bool = False,
    ) -> User:
        """Store a new person and return the row; without a password nobody can sign in as them yet.

        Args:
            name: what they type to sign in, 1 to 64 characters without ``@``.
            email: their address, which they may type as well.
            claims: standard claims (OpenID Connect Core §5.1); an ``email`` among them serves as ``email``.
            password: at least as long as the policy says.
            is_operator: whether they may operate the provider itself.

        Raises:
            InvalidPerson: one of these is wrong or taken; nothing is stored.
        """
        user = self.draft(name, email, claims, password, is_operator=is_operator)
        with self._database.session() as session:
            self.add(session, user)
        return user

    def draft(
        self,
        name: str,
        email: str | None = None,
        claims: Mapping[str, Any] | None = None,
        password: str | None = None,
        *,
        is_operator: bool = False,
    ) -> User:
        """Return the row that ``create`` would store, for ``add``.

        Raises:
            InvalidPerson: one of these is wrong.
        """
        email, kept = own_claims(name, email, claims or {})
        password_hash = None if password is None else self.hash_password(password)
        now = self._now()
        return User(
            id=secrets.token_urlsafe(16),
            name=name.strip(),
            email=email,
            password_hash=password_hash,
            claims=json.dumps(kept),
            created_at=now,
            updated_at=now,
            is_operator=is_operator,
        )

    def add(self, session: Session, user: User) -> None:
        """Store a person in the caller's transaction.

        Raises:
            InvalidPerson: the name or the address is taken; the transaction must not be committed.
        """
        handles = {"name": handle_of(user.name), "email": handle_of(user.email or "")}
        for field, handle in handles.items():
            if handle and session.get(UserHandle, handle):
                raise InvalidPerson(field, "is taken")
        session.add(user)
        session.flush()
        session.add_all(UserHandle(handle=handle, user_id=user.id) for handle in handles.values() if handle)
        try:
            session.flush()
        except IntegrityError:
            raise InvalidPerson("name", "is taken, or the e-mail address is") from None

    def find(self, text: str) -> User | None:
        """Return the person with this ``sub``, name or e-mail address."""
        handle = handle_of(text)
        if handle is None:
            return None
        with self._database.reading() as session:
            return session.get(User, text) or session.scalar(_by_handle(handle))

    def list(self) -> list[User]:
        """Return everybody, in the order of their creation."""
        with self._database.reading() as session:
            return list(session.scalars(select(User).order_by(User.created_at, User.id)))

    def authenticate(self, handle: str, password: str) -> User | None:
        """Return the person who has this name or address and this password.

        Unknown, disabled and wrong cost the same work and get the same answer.
        """
        user = self.find_handle(handle)
        return user if self.has_password(user, password) else None

    def find_handle(self, handle: str) -> User | None:
        """Return the person who may type this name or address to sign in; nothing is proven."""
        canonical = handle_of(handle)
        if canonical is None:
            return None
        with self._database.reading() as session:
            return session.scalar(_by_handle(canonical))

    def has_password(self, user: User | None, password: str) -> bool:
        """Whether ``user`` may sign in with this password; nobody and the disabled cost the same."""
        password_hash = user.password_hash if user else None
        if (
            not self._passwords.verify(password, password_hash)
            or user is None
            or user.disabled_at is not None
        ):
            return False
        if password_hash is not None and self._passwords.needs_rehash(password_hash):
            return self._rehash(user, password)
        return True

    def is_still(self, session: Session, user: User) -> bool:
        """Whether ``user``, recognised a moment ago, may still sign in with that password.

        Checking a password takes its time: meanwhile it may have been changed, or the person disabled or
        deleted. What is true here stays so until the transaction of ``session`` ends.
        """
        same = (User.id == user.id, User.password_hash == user.password_hash, User.disabled_at.is_(None))
        return session.scalar(select(User.id).where(*same).with_for_update(read=True)) is not None

    def set_password(
        self, user_id: str, password: str, *, keeps: bytes | None = None, replaces: str | None = None
    ) -> bool:
        """Give a person a new password and end their sign-ins; false when there is no such person.

        Args:
            user_id: the person.
            password: at least as long as the policy says.
            keeps: the one sign-in that goes on, if any: where the person has just proven who they are.
            replaces: the hash of the one password that may be replaced; ``None``: whichever there is.

        Raises:
            InvalidPerson: the password may not be set.
        """
        password_hash = self.hash_password(password)
        with self._database.session() as session:
            return replace_password(
                session, user_id, password_hash, now=self._now(), keeps=keeps, replaces=replaces
            )

    def hash_password(self, password: str) -> str:
        """Return what ``replace_password`` stores: worked out before a transaction begins.

        Raises:
            InvalidPerson: the password may not be set.
        """
        try:
            self._passwords.require_acceptable(password)
            return self._passwords.hash(password)
        except BadPassword as error:
            raise InvalidPerson("password", str(error)) from None

    def disable(self, user_id: str, *, spares_last: bool = False) -> bool:
        """End a person's sign-ins and stop all they have granted; false when there is no such person.

        Args:
            user_id: the person.
            spares_last: whether the last operator is left alone.

        Raises:
            LastOperator: it is them, and nothing was done.
        """
        return self._set_disabled_at(user_id, self._now(), spares_last=spares_last)

    def enable(self, user_id: str) -> bool:
        """Let a person sign in again, and use what does not hang on a sign-in; false when there is none."""
        return self._set_disabled_at(user_id, None)

    def make_operator(self, user_id: str) -> bool:
        """Let a person operate the provider itself; false when there is no such person."""
        return self._set_operator(user_id, True)

    def remove_operator(self, user_id: str, *, spares_last: bool = False) -> bool:
        """Leave a person nothing but their own account; false when there is no such person.

        Args:
            user_id: the person.
            spares_last: whether the last operator is left alone.

        Raises:
            LastOperator: it is them, and nothing was done.
        """
        return self._set_operator(user_id, False, spares_last=spares_last)

    def is_last_operator(self, user_id: str) -> bool:
        """Whether this person is the only operator who can sign in: enabled, with a password."""
        able = select(User.id).where(*ABLE).limit(2)
        with self._database.reading() as session:
            return list(session.scalars(able)) == [user_id]

    def delete(self, user_id: str, *, spares_last: bool = False) -> bool:
        """Remove a person with sign-ins and consents, and revoke their grants.

        Args:
            user_id: the person.
            spares_last: whether the last operator is left alone.

        Returns:
            false when there is no such person.

        Raises:
            LastOperator: it is them, and nothing was done.
        """
        now = self._now()
        with self._database.session() as session:
            if spares_last:
                require_another(session, user_id)
            end_sign_ins(session, LoginSession.user_id == user_id, now=now)
            session.execute(
                update(Grant)
                .where(Grant.user_id == user_id, Grant.revoked_at.is_(None))
                .values(revoked_at=now)
            )
            return session.scalar(delete(User).where(User.id == user_id).returning(User.id)) is not None

    def _rehash(self, user: User, password: str) -> bool:
        """Store the password of ``user`` under today's parameters; whether it is still their password."""
        known, user.password_hash = user.password_hash, self._passwords.hash(password)
        with self._database.session() as session:
            session.execute(
                update(User)
                .where(User.id == user.id, User.password_hash == known)
                .values(password_hash=user.password_hash)
            )
            stored = session.scalar(select(User.password_hash).where(User.id == user.id))
        if stored != user.password_hash:  # somebody else was first
            user.password_hash = stored
            return self._passwords.verify(password, stored)
        return True

    def _set_operator(self, user_id: str, is_operator: bool, *, spares_last: bool = False) -> bool:
        changed = update(User).where(User.id == user_id).values(is_operator=is_operator).returning(User.id)
        with self._database.session() as session:
            if spares_last:
                require_another(session, user_id)
            return session.scalar(changed) is not None

    def _set_disabled_at(self, user_id: str, disabled_at: int | None, *, spares_last: bool = False) -> bool:
        with self._database.session() as session:
            if spares_last:
                require_another(session, user_id)
            changed = (
                update(User).where(User.id == user_id).values(disabled_at=disabled_at).returning(User.id)
            )
            if disabled_at is not None:
                end_sign_ins(session, LoginSession.user_id == user_id, now=disabled_at)
                session.execute(links_of(user_id))
            return session.scalar(changed) is not None


def _by_handle(handle: str) -> Select[User]:
    return select(User).join(UserHandle, UserHandle.user_id == User.id).where(UserHandle.handle == handle)
