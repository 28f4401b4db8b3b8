"""A new password in the place of the old one, and what ends with that."""

from sqlalchemy import Delete, delete, update
from sqlalchemy.orm import Session

from models.account_link import AccountLink
from models.login_session import LoginSession
from models.user import User
from validators.sign_in_ends import end_sign_ins


def replace_password(
    session: Session,
    user_id: str,
    password_hash: str,
    *,
    now: int,
    keeps: bytes | None = None,
    replaces: str | None = None,
) -> bool:
    """Give a person a new password and end their sign-ins, and the link by which they might choose another.

    Args:
        session: the caller's transaction.
        user_id: the person.
        password_hash: of ``People.hash_password``.
        now: NumericDate.
        keeps: the one sign-in that goes on, if any.
        replaces: the hash of the one password that may be replaced; ``None``: whichever there is.

    Returns:
        False when there is no such person, or they have another password by now.
    """
    changed = update(User).where(User.id == user_id).values(password_hash=password_hash)
    if replaces is not None:
        changed = changed.where(User.password_hash == replaces, User.disabled_at.is_(None))
    if session.scalar(changed.returning(User.id)) is None:
        return False
    others = [LoginSession.user_id == user_id]
    if keeps is not None:
        others.append(LoginSession.id != keeps)
    end_sign_ins(session, *others, now=now)
    session.execute(links_of(user_id))
    return True


def links_of(user_id: str) -> Delete:
    """Return the statement that ends the link by which a person may choose a password."""
    return delete(AccountLink).where(AccountLink.user_id == user_id)
