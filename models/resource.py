"""Protected resources that tokens are issued for."""

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Resource(Base):
    """One resource server (RFC 8707): its identifier, its scopes, and what its tokens are like."""

    __tablename__ = "resources"

    uri: Mapped[str] = mapped_column(Text, primary_key=True)
    scope: Mapped[str] = mapped_column(Text)  # its scope values; "" lets every granted one through
    token_format: Mapped[str] = mapped_column(Text)  # jwt, opaque
    token_seconds: Mapped[int | None] = mapped_column(Integer)  # None: the provider's default
    client_ids: Mapped[str] = mapped_column(Text)  # who may ask and introspect, a line each; "": any
    server_ids: Mapped[str] = mapped_column(Text, server_default="")  # its own servers, a line each
    created_at: Mapped[int] = mapped_column(BigInteger)
