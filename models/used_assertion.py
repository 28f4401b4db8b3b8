"""JWTs that may be used once."""

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class UsedAssertion(Base):
    """The mark of one used JWT, kept until it expires (RFC 7523 §3)."""

    __tablename__ = "used_assertions"

    digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # SHA-256(kind ‖ owner ‖ jti)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
