"""Device authorization requests."""

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class DeviceCode(Base):
    """One device that waits for its person (RFC 8628); both codes are stored as digests.

    The person, the session and how they signed in are known once the request is approved; the first use of
    the device code then takes the row and makes a grant of it.
    """

    __tablename__ = "device_codes"

    device_code_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_code_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    client_id: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(Text)
    resource: Mapped[str] = mapped_column(Text)
    authorization_details: Mapped[str | None] = mapped_column(Text)  # JSON (RFC 9396)
    state: Mapped[str] = mapped_column(Text)  # pending, approved, denied
    user_id: Mapped[str | None] = mapped_column(Text)
    login_session_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    auth_time: Mapped[int | None] = mapped_column(BigInteger)
    amr: Mapped[str | None] = mapped_column(Text)  # RFC 8176 values
    created_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)
