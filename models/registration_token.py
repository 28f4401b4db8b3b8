"""Initial access tokens: who may register a client of their own."""

from sqlalchemy import BigInteger, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class RegistrationToken(Base):
    """One initial access token (RFC 7591 §3.1), made by an operator; a revoked one has no row."""

    __tablename__ = "registration_tokens"

    id: Mapped[str] = mapped_column(Text, primary_key=True)  # names it to operators, no secret
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # HMAC-SHA-256
    uses_left: Mapped[int | None] = mapped_column(Integer)  # None: any number
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int | None] = mapped_column(BigInteger)  # None: when it is revoked
