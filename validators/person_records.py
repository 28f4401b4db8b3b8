"""People as a record from elsewhere tells of them, with the ``sub`` and the password hash they had there."""

import json
import secrets
from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.database import Database
from models.login_session import LoginSession
from models.user import User, UserHandle
from validators.handles import handle_of
from validators.last_operator import require_another
from validators.new_passwords import links_of
from validators.passwords import hash_problem
from validators.person_claims import InvalidPerson, own_claims
from validators.sign_in_ends import end_sign_ins

MAX_SUB = 255


class PersonRecord(NamedTuple):
    """One person; a ``sub`` or ``password_hash`` that is ``None`` is not told, and stays as it is.

    Attributes:
        name: what they type to sign in.
        email: their address, which they may type as well.
        claims: standard claims (OpenID Connect Core §5.1).
        is_disabled: whether they are kept out.
        sub: what clients know them as (OpenID Connect Core §2); settled once and for all.
        password_hash: Argon2id, as a PHC string; never in the place of a password that they have, which
            is theirs.
    """

    name: str
    email: str | None
    claims: dict[str, Any]
    is_disabled: bool
    sub: str | None
    password_hash: str | None

    def checked(self) -> "PersonRecord":
        """Return the record as it is stored: the address in one place, claims that are null left out.

        Raises:
            InvalidPerson: something is wrong with it.
        """
        email, claims = own_claims(self.name, self.email, self.claims)
        if self.sub is not None and not (0 < len(self.sub) <= MAX_SUB and _is_vschar(self.sub)):
            raise InvalidPerson("sub", f"must be 1 to {MAX_SUB} printable ASCII characters without spaces")
        if self.password_hash is not None and (problem := hash_problem(self.password_hash)):
            raise InvalidPerson("password_hash", problem)
        return self._replace(name=self.name.strip(), email=email, claims=claims)


class PersonRecords:
    """Everybody, for those who bring and keep records of them.

    Args:
        database: where they are stored.
        clock: NumericDate.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._now = clock

    def all(self) -> list[PersonRecord]:
        """Return everybody, in the order of their creation."""
        with self._database.reading() as session:
            users = session.scalars(select(User).order_by(User.created_at, User.id)).all()
        return [
            PersonRecord(
                name=user.name,
                email=user.email,
                claims=json.loads(user.claims),
                is_disabled=user.disabled_at is not None,
                sub=user.id,
                password_hash=user.password_hash,
            )
            for user in users
        ]

    def create(self, record: PersonRecord) -> str:
        """Store somebody new; return their ``sub``, a random one if the record tells none.

        Raises:
            InvalidPerson: something is wrong, or taken; nothing is stored.
        """
        record = record.checked()
        now = self._now()
        user = User(
            id=record.sub or secrets.token_urlsafe(16),
            name=record.name,
            email=record.email,
            password_hash=record.password_hash,
            claims=json.dumps(record.claims),
            created_at=now,
            updated_at=now,
            disabled_at=now if record.is_disabled else None,
        )
        try:
            with self._database.session() as session:
                if record.sub is not None and session.get(User, user.id) is not None:
                    raise InvalidPerson("sub", "is taken")
                session.add(user)
                session.flush()
                _take_handles(session, user)
        except IntegrityError:
            raise InvalidPerson("name", "is taken, or the e-mail address or the sub is") from None
        return user.id

    def change(self, sub: str, record: PersonRecord) -> bool:
        """Put ``record`` in the place of what is known of somebody; false when there is no such person.

        Their sign-ins end if they are disabled, and the link by which they might choose a password; that ends
        with a password from the record too.

        Raises:
            InvalidPerson: something is wrong or taken, or it is another ``sub``; nothing is stored.
            LastOperator: it would disable the last one who can sign in; nothing is stored.
        """
        record = record.checked()
        if record.sub not in (None, sub):
            raise InvalidPerson("sub", "cannot be changed: clients know the person by it")
        try:
            with self._database.session() as session:
                if record.is_disabled:
                    require_another(session, sub)
                user = session.get(User, sub, with_for_update=True)
                if user is None:
                    return False
                self._write(session, user, record)
        except IntegrityError:
            raise InvalidPerson("name", "is taken, or the e-mail address is") from None
        return True

    def _write(self, session: Session, user: User, record: PersonRecord) -> None:
        now = self._now()
        claims = json.dumps(record.claims)
        if (user.name, user.email, json.loads(user.claims)) != (record.name, record.email, record.claims):
            user.name, user.email, user.claims, user.updated_at = record.name, record.email, claims, now
            session.execute(delete(UserHandle).where(UserHandle.user_id == user.id))
            _take_handles(session, user)
        if user.password_hash is None and record.password_hash is not None:
            user.password_hash = record.password_hash
            session.execute(links_of(user.id))
        if record.is_disabled != (user.disabled_at is not None):
            user.disabled_at = now if record.is_disabled else None
        if record.is_disabled:
            end_sign_ins(session, LoginSession.user_id == user.id, now=now)
            session.execute(links_of(user.id))


def _take_handles(session: Session, user: User) -> None:
    """Let the person be found by name and address.

    Raises:
        InvalidPerson: one is somebody else's.
    """
    for field, text in (("name", user.name), ("email", user.email)):
        if text and (handle := handle_of(text)):
            if session.get(UserHandle, handle) is not None:
                raise InvalidPerson(field, "is taken")
            session.add(UserHandle(handle=handle, user_id=user.id))


def _is_vschar(text: str) -> bool:
    return text.isascii() and text.isprintable() and " " not in text
