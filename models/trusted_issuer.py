"""Issuers elsewhere whose JWTs are believed."""

from sqlalchemy import BigInteger, Boolean, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class TrustedIssuer(Base):
    """One issuer of JWTs (RFC 7521 §3): its keys, whom its subjects are here, and who may present them."""

    __tablename__ = "trusted_issuers"

    issuer: Mapped[str] = mapped_column(Text, primary_key=True)
    jwks: Mapped[str | None] = mapped_column(Text)  # JWK set, JSON; or else
    jwks_uri: Mapped[str | None] = mapped_column(Text)  # where it is
    audiences: Mapped[str] = mapped_column(Text)  # beside the provider's own, a line each
    subject_claim: Mapped[str] = mapped_column(Text)  # the claim that names the person
    subject: Mapped[str] = mapped_column(Text)  # what it names them by: sub, username, email
    scope: Mapped[str | None] = mapped_column(Text)  # the most that is granted; None: what the client may ask
    client_ids: Mapped[str] = mapped_column(Text)  # who may present its JWTs, a line each; "" for any
    for_software: Mapped[bool] = mapped_column(Boolean, server_default=false())  # and no person
    created_at: Mapped[int] = mapped_column(BigInteger)
