"""The last operator: whoever would take the role from everybody is refused, two at once included."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.user import User

ABLE = (User.is_operator, User.disabled_at.is_(None), User.password_hash.is_not(None))
"""Who can sign in as an operator."""


class LastOperator(Exception):
    """Nobody else could operate the provider any more."""


def require_another(session: Session, user_id: str) -> None:
    """Lock the operators until the end of the transaction; there must be another than this person.

    Of two operators who take the role from each other at the same moment, one waits for the other here, and
    then finds nobody else.

    Raises:
        LastOperator: this person is the only one who can sign in as an operator.
    """
    able = select(User.id).where(*ABLE).order_by(User.id).with_for_update(key_share=True)
    if list(session.scalars(able)) == [user_id]:
        raise LastOperator
