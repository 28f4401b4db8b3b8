"""Device authorization requests: begun, found by their person, decided once, used once (RFC 8628)."""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from models.client import ClientRow
from models.database import Database
from models.device_code import DeviceCode
from models.grant import Grant
from models.login_session import LoginSession
from models.user import User
from validators.direct_grants import DirectGrants
from validators.grants import Clock, GrantRecord, columns_of
from validators.login_sessions import SessionRecord
from validators.secret_digests import SecretDigests, new_secret
from validators.user_codes import new_user_code

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"
DEVICE_CODE = "device_code"
USER_CODE = "user_code"
PENDING, APPROVED, DENIED = "pending", "approved", "denied"
INTERVAL_SECONDS = 5
ATTEMPTS = 10

IsEarly = Callable[[str, int], bool]
"""Whether something is done again within so many seconds; remembers that it was done now."""


class Poll(StrEnum):
    """What a device is told (RFC 8628 §3.5); the words are oauthlib's."""

    AUTHORIZED = "authorized"
    PENDING = "authorization_pending"
    SLOW_DOWN = "slow_down"
    EXPIRED = "expired_token"
    DENIED = "access_denied"


class NewDeviceCode(NamedTuple):
    """The two codes of a new request, which are stored nowhere."""

    device_code: str
    user_code: str


class DeviceRequest(NamedTuple):
    """What a person decides about."""

    client_id: str
    scope: str
    resource: str
    authorization_details: str | None


class StoredDevice(NamedTuple):
    """A request as one poll finds it, with what it needs to know of client, person and session."""

    client_id: str
    scope: str
    resource: str
    authorization_details: str | None
    state: str
    expires_at: int
    user_id: str | None
    login_session_id: bytes | None
    auth_time: int | None
    amr: str | None
    client_version: int | None
    client_deleted_at: int | None
    user_name: str | None
    user_email: str | None
    user_claims: str | None
    user_updated_at: int | None
    user_disabled_at: int | None
    session_ended_at: int | None


FIND = (
    select(
        DeviceCode.client_id,
        DeviceCode.scope,
        DeviceCode.resource,
        DeviceCode.authorization_details,
        DeviceCode.state,
        DeviceCode.expires_at,
        DeviceCode.user_id,
        DeviceCode.login_session_id,
        DeviceCode.auth_time,
        DeviceCode.amr,
        ClientRow.version,
        ClientRow.deleted_at,
        User.name,
        User.email,
        User.claims,
        User.updated_at,
        User.disabled_at,
        LoginSession.ended_at,
    )
    .select_from(DeviceCode)
    .outerjoin(ClientRow, ClientRow.client_id == DeviceCode.client_id)
    .outerjoin(User, User.id == DeviceCode.user_id)
    .outerjoin(LoginSession, LoginSession.id == DeviceCode.login_session_id)
    .where(DeviceCode.device_code_digest == bindparam("digest"))
)
IS_UNDECIDED = (
    DeviceCode.user_code_digest == bindparam("digest"),
    DeviceCode.state == PENDING,
    DeviceCode.expires_at > bindparam("now"),
)
FIND_UNDECIDED = select(*(getattr(DeviceCode, name) for name in DeviceRequest._fields)).where(*IS_UNDECIDED)
APPROVE = (
    update(DeviceCode)
    .where(*IS_UNDECIDED)
    .values(
        state=APPROVED,
        user_id=bindparam("person"),
        login_session_id=bindparam("session_id"),
        auth_time=bindparam("signed_in_at"),
        amr=bindparam("methods"),
    )
    .returning(DeviceCode.client_id)
)
DENY = update(DeviceCode).where(*IS_UNDECIDED).values(state=DENIED).returning(DeviceCode.client_id)


class DeviceCodes:
    """Every device that waits.

    Args:
        database: where they are stored.
        digests: how both codes are.
        grants: makes the grant of an approved request.
        clock: NumericDate.
        lifetime_seconds: how long a person may take.
        is_early: remembers the last poll of each device, outside the database.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(
        self,
        *,
        database: Database,
        digests: SecretDigests,
        grants: DirectGrants,
        clock: Clock,
        lifetime_seconds: int,
        is_early: IsEarly,
    ) -> None:
        self._database = database
        self._digests = digests
        self._grants = grants
        self._now = clock
        self.lifetime_seconds = lifetime_seconds
        self._is_early = is_early
        self._find = database.compile(FIND)
        self._find_undecided = database.compile(FIND_UNDECIDED)
        self._approve = database.compile(APPROVE)
        self._deny = database.compile(DENY)

    def begin(
        self, *, client_id: str, scope: str, resource: str, authorization_details: str | None = None
    ) -> NewDeviceCode:
        """Store a request and return its codes; no two that wait have the same user code."""
        now = self._now()
        for _ in range(ATTEMPTS):
            codes = NewDeviceCode(new_secret(), new_user_code())
            row = DeviceCode(
                device_code_digest=self._digests.digest(DEVICE_CODE, codes.device_code),
                user_code_digest=self._digests.digest(USER_CODE, codes.user_code),
                client_id=client_id,
                scope=scope,
                resource=resource,
                authorization_details=authorization_details,
                state=PENDING,
                created_at=now,
                expires_at=now + self.lifetime_seconds,
            )
            try:
                with self._database.session() as session:
                    session.add(row)
            except IntegrityError:
                continue
            return codes
        raise AssertionError("random codes keep coming twice")

    def find(self, user_code: str) -> DeviceRequest | None:
        """Return the request behind a user code that nobody has decided about yet."""
        rows = self._database.run(self._find_undecided, self._by_user_code(user_code))
        return DeviceRequest._make(rows[0]) if rows else None

    def approve(self, user_code: str, session: SessionRecord) -> bool:
        """Let the device act for the person of ``session``; false when the request is over or decided."""
        person = {
            "person": session.user_id,
            "session_id": session.id,
            "signed_in_at": session.auth_time,
            "methods": session.amr,
        }
        return bool(self._database.run(self._approve, self._by_user_code(user_code) | person))

    def deny(self, user_code: str) -> bool:
        """Refuse the device; false when the request is over or decided."""
        return bool(self._database.run(self._deny, self._by_user_code(user_code)))

    def poll(self, device_code: str, client_id: str) -> tuple[Poll | None, GrantRecord | None]:
        """Return where the request of this client stands, in one read, and the grant it now gives.

        ``None`` for what is no device code of this client's, or no more; the grant is yet to be stored.
        """
        digest = self._digests.digest(DEVICE_CODE, device_code)
        rows = self._database.run(self._find, {"digest": digest})
        device = StoredDevice._make(rows[0]) if rows else None
        if device is None or device.client_id != client_id:
            return None, None
        if device.expires_at <= self._now():
            return Poll.EXPIRED, None
        if device.state == PENDING:
            is_early = self._is_early(digest.hex(), INTERVAL_SECONDS)
            return (Poll.SLOW_DOWN if is_early else Poll.PENDING), None
        if device.state == DENIED:
            return Poll.DENIED, None
        grant = self._grant_of(device)
        return (Poll.AUTHORIZED, grant) if grant.is_usable else (None, None)

    def consume(self, device_code: str, grant: GrantRecord, *, expires_at: int) -> bool:
        """Take the approved request and store its grant, in one transaction; false when another poll did."""
        digest = self._digests.digest(DEVICE_CODE, device_code)
        taken = (
            delete(DeviceCode)
            .where(DeviceCode.device_code_digest == digest, DeviceCode.state == APPROVED)
            .returning(DeviceCode.client_id)
        )
        stored = grant._replace(generation=1, expires_at=expires_at)
        with self._database.session() as session:
            if session.execute(taken).first() is None:
                return False
            session.execute(insert(Grant), [columns_of(stored)])
        return True

    def _by_user_code(self, user_code: str) -> dict[str, object]:
        return {"digest": self._digests.digest(USER_CODE, user_code), "now": self._now()}

    def _grant_of(self, device: StoredDevice) -> GrantRecord:
        """Return a grant for an approved request, whose next credential is refresh token 1."""
        grant = self._grants.new(
            client_id=device.client_id,
            user_id=str(device.user_id),
            scope=device.scope,
            resource=device.resource,
            auth_time=device.auth_time,
            amr=device.amr,
        )
        return grant._replace(
            authorization_details=device.authorization_details,
            login_session_id=device.login_session_id,
            client_version=device.client_version,
            client_deleted_at=device.client_deleted_at,
            user_name=device.user_name,
            user_email=device.user_email,
            user_claims=device.user_claims,
            user_updated_at=device.user_updated_at,
            user_disabled_at=device.user_disabled_at,
            session_ended_at=device.session_ended_at,
        )
