"""People."""

from sqlalchemy import BigInteger, Boolean, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class User(Base):
    """One person. ``id`` is the ``sub`` of OpenID Connect Core §2: random, never used again."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)  # as the person writes it; holds no "@"
    email: Mapped[str | None] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)  # Argon2id, PHC string
    claims: Mapped[str] = mapped_column(Text)  # JSON object of standard claims (OpenID Connect Core §5.1)
    created_at: Mapped[int] = mapped_column(BigInteger)
    updated_at: Mapped[int] = mapped_column(BigInteger)
    disabled_at: Mapped[int | None] = mapped_column(BigInteger)
    is_operator: Mapped[bool] = mapped_column(Boolean, default=False)  # may operate the provider itself


class UserHandle(Base):
    """What a person may type to sign in: name or e-mail after NFKC and casefold, in one namespace."""

    __tablename__ = "user_handles"

    handle: Mapped[str] = mapped_column(Text, primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
