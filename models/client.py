"""Registered clients."""

from sqlalchemy import BigInteger, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class ClientRow(Base):
    """One client registration (RFC 7591). A deleted one stays as a tombstone: its id is never used again."""

    __tablename__ = "clients"

    client_id: Mapped[str] = mapped_column(Text, primary_key=True)
    secret_digest: Mapped[bytes | None] = mapped_column(LargeBinary)  # HMAC-SHA-256
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)  # only where it must be readable
    registration_access_token_digest: Mapped[bytes | None] = mapped_column(LargeBinary)  # of dynamic ones
    client_metadata: Mapped[str] = mapped_column(Text)  # JSON object (RFC 7591 §2)
    version: Mapped[int] = mapped_column(Integer)  # counts changes
    created_at: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[int | None] = mapped_column(BigInteger)  # when somebody first let it in
    deleted_at: Mapped[int | None] = mapped_column(BigInteger)
