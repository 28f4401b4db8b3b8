"""Links by which somebody chooses a password."""

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class AccountLink(Base):
    """One link, good for one use: the row goes with it. Its token is stored as a digest."""

    __tablename__ = "account_links"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # HMAC-SHA-256
    user_id: Mapped[str | None] = mapped_column(  # None: whoever comes becomes the first operator
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
