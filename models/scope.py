"""Scopes that an operator defines."""

from sqlalchemy import BigInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Scope(Base):
    """One scope value, what it means in words, and the claims about a person that it releases."""

    __tablename__ = "scopes"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    claims: Mapped[str] = mapped_column(Text)  # their names, a line each; "": it releases none
    description: Mapped[str | None] = mapped_column(Text)  # for the person who is asked
    created_at: Mapped[int] = mapped_column(BigInteger)
