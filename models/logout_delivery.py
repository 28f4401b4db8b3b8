"""Logout tokens that are to be sent to clients (OpenID Connect Back-Channel Logout §2.5)."""

from sqlalchemy import BigInteger, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

WAITING, DELIVERED, REFUSED, GIVEN_UP = "waiting", "delivered", "refused", "given_up"


class LogoutDelivery(Base):
    """One client that is to hear of the end of one sign-in. It names them, and outlives them.

    A process that tries one moves ``next_try_at`` on and counts ``tries``, which makes the row its own until
    then; should it die, another takes over.
    """

    __tablename__ = "logout_deliveries"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    client_id: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str] = mapped_column(Text)
    login_session_id: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(Text)  # waiting, delivered, refused, given_up
    tries: Mapped[int] = mapped_column(Integer)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[int] = mapped_column(BigInteger)
    next_try_at: Mapped[int | None] = mapped_column(BigInteger, index=True)  # None: it is over
    give_up_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)  # the row is of no more use after it
