"""Types of authorization details that an operator defines."""

from sqlalchemy import BigInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class AuthorizationType(Base):
    """One value of ``type`` (RFC 9396 §2.1): what its objects look like, and how a person reads them."""

    __tablename__ = "authorization_types"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    schema: Mapped[str] = mapped_column(Text)  # JSON Schema, draft 2020-12
    template: Mapped[str | None] = mapped_column(Text)  # a sentence with members in braces
    created_at: Mapped[int] = mapped_column(BigInteger)
