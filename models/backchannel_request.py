"""Requests of clients that ask for a person who is not at a browser of theirs."""

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class BackchannelRequest(Base):
    """One request that waits for the person it names (CIBA Core §7); ``auth_req_id`` is stored as a digest.

    The session and how the person signed in are known once they have approved; the first use of the
    ``auth_req_id`` then takes the row and makes a grant of it.
    """

    __tablename__ = "backchannel_requests"

    auth_req_id_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    client_id: Mapped[str] = mapped_column(Text)
    user_id: Mapped[str] = mapped_column(Text, index=True)
    scope: Mapped[str] = mapped_column(Text)
    resource: Mapped[str] = mapped_column(Text)
    authorization_details: Mapped[str | None] = mapped_column(Text)  # JSON (RFC 9396)
    binding_message: Mapped[str | None] = mapped_column(Text)
    acr_values: Mapped[str] = mapped_column(Text)  # what the client would like
    sealed_ping: Mapped[bytes | None] = mapped_column(
        LargeBinary
    )  # what its client is to be sent, if anything
    state: Mapped[str] = mapped_column(Text)  # pending, approved, denied
    login_session_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    auth_time: Mapped[int | None] = mapped_column(BigInteger)
    acr: Mapped[str | None] = mapped_column(Text)  # what it was
    amr: Mapped[str | None] = mapped_column(Text)  # RFC 8176 values
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
