"""People: made and ended by an operator, recognised by name or e-mail address and password."""

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Select, delete, select, update
from sqlalchemy.exc import IntegrityError

from models.database import Database
from models.grant import Grant
from models.login_session import LoginSession
from models.user import User, UserHandle
from validators.handles import email_problem, handle_of, name_problem
from validators.passwords import BadPassword, Passwords
from validators.sign_in_ends import end_sign_ins
from validators.standard_claims import InvalidClaim, read_claims


class InvalidPerson(Exception):
    """A person who cannot be stored as asked.

    Attributes:
        field: ``name``, ``email``, ``password`` or ``claims``.
        problem: what is wrong, or what is allowed.
    """

    def __init__(self, field: str, problem: str) -> None:
        self.field = field
        self.problem = problem
        super().__init__(f"{field}: {problem}")


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
    ) -> User:
        """Store a new person and return the row; without a password nobody can sign in as them yet.

        Args:
            name: what they type to sign in, 1 to 64 characters without ``@``.
            email: their address, which they may type as well.
            claims: standard claims (OpenID Connect Core §5.1); an ``email`` among them serves as ``email``.
            password: at least as long as the policy says.

        Raises:
            InvalidPerson: one of these is wrong or taken; nothing is stored.
        """
        email, kept = own_claims(name, email, claims or {})
        password_hash = None if password is None else self._hash(password)
        now = self._now()
        user = User(
            id=secrets.token_urlsafe(16),
            name=name.strip(),
            email=email,
            password_hash=password_hash,
            claims=json.dumps(kept),
            created_at=now,
            updated_at=now,
        )
        self._insert(user)
        return user

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
            self._replace_hash(user.id, password_hash, self._passwords.hash(password))
        return True

    def set_password(self, user_id: str, password: str, *, keeps: bytes | None = None) -> bool:
        """Give a person a new password and end their sign-ins; false when there is no such person.

        Args:
            user_id: the person.
            password: at least as long as the policy says.
            keeps: the one sign-in that goes on, if any: where the person has just proven who they are.

        Raises:
            InvalidPerson: the password may not be set.
        """
        password_hash = self._hash(password)
        with self._database.session() as session:
            changed = (
                update(User).where(User.id == user_id).values(password_hash=password_hash).returning(User.id)
            )
            found = session.scalar(changed) is not None
            others = [LoginSession.user_id == user_id]
            if keeps is not None:
                others.append(LoginSession.id != keeps)
            end_sign_ins(session, *others, now=self._now())
        return found

    def disable(self, user_id: str) -> bool:
        """End a person's sign-ins and stop all they have granted; false when there is no such person."""
        return self._set_disabled_at(user_id, self._now())

    def enable(self, user_id: str) -> bool:
        """Let a person sign in again, and use what does not hang on a sign-in; false when there is none."""
        return self._set_disabled_at(user_id, None)

    def delete(self, user_id: str) -> bool:
        """Remove a person with sign-ins and consents, and revoke their grants.

        False when there is no such person.
        """
        now = self._now()
        with self._database.session() as session:
            end_sign_ins(session, LoginSession.user_id == user_id, now=now)
            session.execute(
                update(Grant)
                .where(Grant.user_id == user_id, Grant.revoked_at.is_(None))
                .values(revoked_at=now)
            )
            return session.scalar(delete(User).where(User.id == user_id).returning(User.id)) is not None

    def _insert(self, user: User) -> None:
        handles = {"name": handle_of(user.name), "email": handle_of(user.email or "")}
        rows = [UserHandle(handle=handle, user_id=user.id) for handle in handles.values() if handle]
        try:
            with self._database.session() as session:
                for field, handle in handles.items():
                    if handle and session.get(UserHandle, handle):
                        raise InvalidPerson(field, "is taken")
                session.add(user)
                session.flush()
                session.add_all(rows)
        except IntegrityError:
            raise InvalidPerson("name", "is taken, or the e-mail address is") from None

    def _hash(self, password: str) -> str:
        try:
            self._passwords.require_acceptable(password)
            return self._passwords.hash(password)
        except BadPassword as error:
            raise InvalidPerson("password", str(error)) from None

    def _replace_hash(self, user_id: str, old: str, new: str) -> None:
        with self._database.session() as session:
            session.execute(
                update(User).where(User.id == user_id, User.password_hash == old).values(password_hash=new)
            )

    def _set_disabled_at(self, user_id: str, disabled_at: int | None) -> bool:
        with self._database.session() as session:
            changed = (
                update(User).where(User.id == user_id).values(disabled_at=disabled_at).returning(User.id)
            )
            if disabled_at is not None:
                end_sign_ins(session, LoginSession.user_id == user_id, now=disabled_at)
            return session.scalar(changed) is not None


def _by_handle(handle: str) -> Select[User]:
    return select(User).join(UserHandle, UserHandle.user_id == User.id).where(UserHandle.handle == handle)


def own_claims(name: str, email: str | None, claims: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """Return the address and the claims to store; what the row itself says is not stored twice.

    Raises:
        InvalidPerson: one of these is wrong.
    """
    if problem := name_problem(name):
        raise InvalidPerson("name", problem)
    try:
        given = read_claims(claims)
    except InvalidClaim as error:
        raise InvalidPerson("claims", str(error)) from None
    claimed = given.pop("email", email)
    email = claimed if email is None else email
    if email is not None and (problem := email_problem(email)):
        raise InvalidPerson("email", problem)
    if claimed != email:
        raise InvalidPerson("claims", "email differs from the e-mail address given beside it")
    if email is None and "email_verified" in given:
        raise InvalidPerson("claims", "email_verified needs an email")
    username = given.get("preferred_username", name)
    if handle_of(username) != handle_of(name):
        raise InvalidPerson("claims", "preferred_username must be the name that the person signs in with")
    return email, given
