"""Signing keys and other values that must be readable again, sealed under the master key."""

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class SigningKeyRow(Base):
    """One signing key: its public JWK in clear, its private part sealed."""

    __tablename__ = "signing_keys"

    kid: Mapped[str] = mapped_column(Text, primary_key=True)  # RFC 7638 thumbprint
    alg: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)  # next, active, retired
    public_jwk: Mapped[str] = mapped_column(Text)  # JSON (RFC 7517)
    sealed_private: Mapped[bytes] = mapped_column(LargeBinary)  # PKCS#8 DER, sealed
    created_at: Mapped[int] = mapped_column(BigInteger)
    activated_at: Mapped[int | None] = mapped_column(BigInteger)
    retired_at: Mapped[int | None] = mapped_column(BigInteger)
    unpublish_at: Mapped[int | None] = mapped_column(BigInteger)  # retired: nothing it signed lives longer


class SealedValue(Base):
    """A secret that must be readable again, under a name of our own."""

    __tablename__ = "sealed_values"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
