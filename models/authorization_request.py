"""Authorization requests that wait: pushed by a client (RFC 9126) or for a person at a page."""

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class AuthorizationRequestRow(Base):
    """The parameters of one request, under the digest of the opaque id that the browser carries."""

    __tablename__ = "authorization_requests"

    id_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    client_id: Mapped[str] = mapped_column(Text)
    browser_digest: Mapped[bytes | None] = mapped_column(LargeBinary)  # the browser that may use it
    parameters: Mapped[str] = mapped_column(Text)  # JSON object of strings
    login_session_id: Mapped[bytes | None] = mapped_column(LargeBinary)  # the sign-in made for this request
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
