"""Security events that are kept."""

from sqlalchemy import BigInteger, Integer, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class AuditEvent(Base):
    """One event. A row is written once; ``mac`` covers all the others, so a change shows.

    Each process writes a chain of its own: ``sequence`` counts from 0, so a row that is missing shows too.
    """

    __tablename__ = "audit_events"
    __table_args__ = (UniqueConstraint("chain", "sequence"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    chain: Mapped[bytes] = mapped_column(LargeBinary)  # 16 random bytes
    sequence: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[int] = mapped_column(BigInteger)
    event: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str | None] = mapped_column(Text, index=True)
    client_id: Mapped[str | None] = mapped_column(Text, index=True)
    address: Mapped[str | None] = mapped_column(Text)
    details: Mapped[str] = mapped_column(Text)  # a JSON object
    mac: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
