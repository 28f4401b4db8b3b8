"""Decisions that clients are to hear of (CIBA Core §10.2)."""

from sqlalchemy import BigInteger, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class PingDelivery(Base):
    """One client that is to hear that one of its requests has been decided; as ``LogoutDelivery`` is tried.

    It says nothing after the request itself has expired.
    """

    __tablename__ = "ping_deliveries"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    client_id: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str] = mapped_column(Text)
    sealed_ping: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(Text)  # waiting, delivered, refused, given_up
    tries: Mapped[int] = mapped_column(Integer)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[int] = mapped_column(BigInteger)
    next_try_at: Mapped[int | None] = mapped_column(BigInteger, index=True)  # None: it is over
    give_up_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)  # the row is of no more use after it
