"""One authorization of one client, from its code to its last refresh."""

from sqlalchemy import BigInteger, Integer, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Grant(Base):
    """One row for all that one authorization ever gives; its credentials are derived, never stored.

    The row outlives the client, the person and the session it names, so that a late credential still
    gets the right answer; reading it joins what it needs to know of them.
    """

    __tablename__ = "grants"

    id: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # 16 random bytes
    client_id: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str | None] = mapped_column(Text, index=True)
    login_session_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    scope: Mapped[str] = mapped_column(Text)
    resource: Mapped[str] = mapped_column(Text)  # URIs (RFC 8707), "" for none
    claims: Mapped[str | None] = mapped_column(Text)  # the claims parameter, JSON (OpenID Connect Core §5.5)
    nonce: Mapped[str | None] = mapped_column(Text)
    redirect_uri: Mapped[str | None] = mapped_column(Text)  # as requested; None: it was left out
    code_challenge: Mapped[str | None] = mapped_column(Text)  # S256 (RFC 7636 §4.2)
    auth_time: Mapped[int | None] = mapped_column(BigInteger)
    acr: Mapped[str | None] = mapped_column(Text)
    amr: Mapped[str | None] = mapped_column(Text)
    confirmation: Mapped[str | None] = mapped_column(Text)  # cnf, JSON (RFC 7800 §3.1)
    authorization_details: Mapped[str | None] = mapped_column(Text)  # JSON (RFC 9396)
    salt: Mapped[bytes] = mapped_column(LargeBinary)  # 16 random bytes; credentials are derived with it
    key_version: Mapped[int] = mapped_column(Integer)  # the master key its credentials are derived from
    generation: Mapped[int] = mapped_column(Integer)  # 0: the code is unspent; n: credential n is live
    created_at: Mapped[int] = mapped_column(BigInteger)
    code_expires_at: Mapped[int | None] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)  # nothing that names the row lives longer
    rotated_at: Mapped[int | None] = mapped_column(BigInteger)
    revoked_at: Mapped[int | None] = mapped_column(BigInteger)


class RevokedToken(Base):
    """A single access token revoked before its time; kept until it would have expired."""

    __tablename__ = "revoked_tokens"

    jti: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
