"""The one place where sign-ins end, and where those who must hear of it are written down."""

import threading
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, event, insert, literal, select, update
from sqlalchemy.orm import Session

from models.client import ClientRow
from models.grant import Grant
from models.login_session import LoginSession
from models.logout_delivery import WAITING, LogoutDelivery

GIVE_UP_SECONDS = 86400
KEPT_SECONDS = 7 * 86400
BATCH = 500

QUEUED = threading.Event()
"""Set when this process has committed something to deliver: whoever delivers need not wait."""


def end_sign_ins(session: Session, *which: ColumnElement[bool], now: int) -> list[bytes]:
    """End the sign-ins that ``which`` selects; return the ids of those that had not ended before.

    Every grant without ``offline_access`` that was made in one ends with it: reading a grant joins the end
    of its sign-in. In the same transaction, each client that got anything in one of them and registers a
    ``backchannel_logout_uri`` is noted for delivery (OpenID Connect Back-Channel Logout §2.3).

    Args:
        session: an open transaction.
        which: conditions on ``LoginSession``.
        now: NumericDate.
    """
    ended = session.execute(
        update(LoginSession)
        .where(LoginSession.ended_at.is_(None), *which)
        .values(ended_at=now)
        .returning(LoginSession.id)
        .execution_options(synchronize_session=False)
    )
    ids = [session_id for (session_id,) in ended]
    is_any_queued = False
    for start in range(0, len(ids), BATCH):
        queued = session.execute(_notes(ids[start : start + BATCH], now)).all()
        is_any_queued = is_any_queued or bool(queued)
    if is_any_queued:
        event.listen(session, "after_commit", _wake, once=True)
    return ids


def _notes(ids: list[bytes], now: int) -> Any:
    """Return the statement that notes every client of these sign-ins, once for each sign-in.

    Grants are looked up by person, as there is an index for that. Inside JSON text, the quotation marks of a
    string are escaped: only a member can look as the name of the URI does here.
    """
    values: dict[str, Any] = {
        "client_id": Grant.client_id,
        "user_id": LoginSession.user_id,
        "login_session_id": LoginSession.id,
        "state": literal(WAITING),
        "tries": literal(0, Integer),
        "created_at": literal(now, BigInteger),
        "next_try_at": literal(now, BigInteger),
        "give_up_at": literal(now + GIVE_UP_SECONDS, BigInteger),
        "expires_at": literal(now + GIVE_UP_SECONDS + KEPT_SECONDS, BigInteger),
    }
    clients = (
        select(*values.values())
        .distinct()
        .select_from(LoginSession)
        .join(Grant, (Grant.user_id == LoginSession.user_id) & (Grant.login_session_id == LoginSession.id))
        .join(ClientRow, ClientRow.client_id == Grant.client_id)
        .where(
            LoginSession.id.in_(ids),
            ClientRow.deleted_at.is_(None),
            ClientRow.client_metadata.contains('"backchannel_logout_uri":', autoescape=True),
        )
    )
    return insert(LogoutDelivery).from_select(list(values), clients).returning(LogoutDelivery.id)


def _wake(_session: Session) -> None:
    QUEUED.set()
