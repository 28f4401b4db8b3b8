"""Signed-in browsers."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class LoginSession(Base):
    """One sign-in of one browser. The cookie's value is stored as a digest; ``sid`` is the row's id."""

    __tablename__ = "login_sessions"

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # 16 random bytes
    cookie_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[int] = mapped_column(BigInteger)
    auth_time: Mapped[int] = mapped_column(BigInteger)
    amr: Mapped[str] = mapped_column(Text)  # RFC 8176 values
    last_seen_at: Mapped[int] = mapped_column(BigInteger)  # written at most every few minutes
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
    ended_at: Mapped[int | None] = mapped_column(BigInteger)
    user_agent: Mapped[str] = mapped_column(Text)
