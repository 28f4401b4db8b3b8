"""Backchannel authentication requests: begun, shown to their person, decided once, used once (CIBA Core)."""

from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update

from models.backchannel_request import BackchannelRequest
from models.client import ClientRow
from models.database import Database
from models.grant import Grant
from models.login_session import LoginSession
from models.user import User
from validators.backchannel_parameters import BackchannelParameters
from validators.device_codes import APPROVED, DENIED, INTERVAL_SECONDS, PENDING, IsEarly, Poll
from validators.direct_grants import DirectGrants
from validators.grants import Clock, GrantRecord, columns_of
from validators.login_sessions import SessionRecord
from validators.pings import Pings
from validators.secret_digests import SecretDigests, new_secret

AUTH_REQ_ID = "auth_req_id"
MOST_SHOWN = 50


class Approval(NamedTuple):
    """What a person decides about.

    Attributes:
        digest: names the request, and is no secret.
    """

    digest: bytes
    client_id: str
    scope: str
    resource: str
    authorization_details: str | None
    binding_message: str | None
    acr_values: str
    created_at: int


class StoredBackchannel(NamedTuple):
    """A request as one poll finds it, with what it needs to know of client, person and session."""

    client_id: str
    user_id: str
    scope: str
    resource: str
    authorization_details: str | None
    state: str
    expires_at: int
    login_session_id: bytes | None
    auth_time: int | None
    acr: str | None
    amr: str | None
    client_version: int | None
    client_deleted_at: int | None
    user_name: str | None
    user_email: str | None
    user_claims: str | None
    user_updated_at: int | None
    user_disabled_at: int | None
    session_ended_at: int | None


OF_REQUEST = tuple(getattr(BackchannelRequest, name) for name in StoredBackchannel._fields[:11])
OF_OTHERS = (
    *(ClientRow.version, ClientRow.deleted_at),
    *(User.name, User.email, User.claims, User.updated_at, User.disabled_at),
    LoginSession.ended_at,
)
FIND = (
    select(*OF_REQUEST, *OF_OTHERS)
    .select_from(BackchannelRequest)
    .outerjoin(ClientRow, ClientRow.client_id == BackchannelRequest.client_id)
    .outerjoin(User, User.id == BackchannelRequest.user_id)
    .outerjoin(LoginSession, LoginSession.id == BackchannelRequest.login_session_id)
    .where(BackchannelRequest.auth_req_id_digest == bindparam("digest"))
)
WAITING = (
    select(
        BackchannelRequest.auth_req_id_digest,
        *(getattr(BackchannelRequest, name) for name in Approval._fields[1:]),
    )
    .where(
        BackchannelRequest.user_id == bindparam("person"),
        BackchannelRequest.state == PENDING,
        BackchannelRequest.expires_at > bindparam("now"),
    )
    .order_by(BackchannelRequest.created_at.desc())
    .limit(MOST_SHOWN)
)


class BackchannelRequests:
    """Every request that waits for the person it names.

    Args:
        database: where they are stored.
        digests: how an ``auth_req_id`` is.
        grants: makes the grant of an approved request.
        pings: what clients are to hear of a decision.
        clock: NumericDate.
        is_early: remembers the last poll of each request, outside the database.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(
        self,
        *,
        database: Database,
        digests: SecretDigests,
        grants: DirectGrants,
        pings: Pings,
        clock: Clock,
        is_early: IsEarly,
    ) -> None:
        self._database = database
        self._digests = digests
        self._grants = grants
        self._pings = pings
        self._now = clock
        self._is_early = is_early
        self._find = database.compile(FIND)
        self._waiting = database.compile(WAITING)

    def begin(
        self,
        asked: BackchannelParameters,
        *,
        client_id: str,
        user_id: str,
        scope: str,
        resource: str,
        authorization_details: str | None = None,
    ) -> str:
        """Store a request for one person; return its ``auth_req_id`` of 256 random bits."""
        now, auth_req_id = self._now(), new_secret()
        token = asked.notification_token
        row = BackchannelRequest(
            auth_req_id_digest=self._digests.digest(AUTH_REQ_ID, auth_req_id),
            client_id=client_id,
            user_id=user_id,
            scope=scope,
            resource=resource,
            authorization_details=authorization_details,
            binding_message=asked.binding_message,
            acr_values=asked.acr_values,
            sealed_ping=None if token is None else self._pings.seal(auth_req_id, token),
            state=PENDING,
            created_at=now,
            expires_at=now + asked.lifetime_seconds,
        )
        with self._database.session() as session:
            session.add(row)
        return auth_req_id

    def waiting_for(self, user_id: str) -> list[Approval]:
        """Return what a person has yet to decide, the newest first."""
        rows = self._database.run(self._waiting, {"person": user_id, "now": self._now()})
        return [Approval._make(row) for row in rows]

    def approve(self, approval: Approval, session: SessionRecord, *, acr: str | None) -> bool:
        """Let the client act for the person of ``session``; false when it is another's, over or decided."""
        return self._decide(
            approval,
            session.user_id,
            state=APPROVED,
            login_session_id=session.id,
            auth_time=session.auth_time,
            acr=acr,
            amr=session.amr,
        )

    def deny(self, approval: Approval, session: SessionRecord) -> bool:
        """Refuse the client; false when the request is another person's, over or decided."""
        return self._decide(approval, session.user_id, state=DENIED)

    def poll(self, auth_req_id: str, client_id: str) -> tuple[Poll | None, GrantRecord | None]:
        """Return where the request of this client stands, in one read, and the grant it now gives.

        ``None`` for what is no request of this client's, or no more; the grant is yet to be stored.
        """
        digest = self._digests.digest(AUTH_REQ_ID, auth_req_id)
        rows = self._database.run(self._find, {"digest": digest})
        found = StoredBackchannel._make(rows[0]) if rows else None
        if found is None or found.client_id != client_id:
            return None, None
        if found.expires_at <= self._now():
            return Poll.EXPIRED, None
        if found.state == PENDING:
            is_early = self._is_early(digest.hex(), INTERVAL_SECONDS)
            return (Poll.SLOW_DOWN if is_early else Poll.PENDING), None
        if found.state == DENIED:
            return Poll.DENIED, None
        grant = self._grant_of(found)
        return (Poll.AUTHORIZED, grant) if grant.is_usable else (None, None)

    def consume(self, auth_req_id: str, grant: GrantRecord, *, expires_at: int) -> bool:
        """Take the approved request and store its grant, in one transaction; false when another poll did."""
        digest = self._digests.digest(AUTH_REQ_ID, auth_req_id)
        taken = (
            delete(BackchannelRequest)
            .where(BackchannelRequest.auth_req_id_digest == digest, BackchannelRequest.state == APPROVED)
            .returning(BackchannelRequest.client_id)
        )
        stored = grant._replace(generation=1, expires_at=expires_at)
        with self._database.session() as session:
            if session.execute(taken).first() is None:
                return False
            session.execute(insert(Grant), [columns_of(stored)])
        return True

    def _decide(self, approval: Approval, user_id: str, **values: Any) -> bool:
        """Write the decision of the one person who may take it, and with it what the client is to hear."""
        decided = (
            update(BackchannelRequest)
            .where(
                BackchannelRequest.auth_req_id_digest == approval.digest,
                BackchannelRequest.user_id == user_id,
                BackchannelRequest.state == PENDING,
                BackchannelRequest.expires_at > self._now(),
            )
            .values(**values)
            .returning(BackchannelRequest.sealed_ping, BackchannelRequest.expires_at)
        )
        with self._database.session() as session:
            row = session.execute(decided).first()
            if row is None:
                return False
            if row.sealed_ping is not None:
                self._pings.note(
                    session,
                    row.sealed_ping,
                    client_id=approval.client_id,
                    user_id=user_id,
                    give_up_at=row.expires_at,
                )
        return True

    def _grant_of(self, found: StoredBackchannel) -> GrantRecord:
        """Return a grant for an approved request, whose next credential is refresh token 1."""
        grant = self._grants.new(
            client_id=found.client_id,
            user_id=found.user_id,
            scope=found.scope,
            resource=found.resource,
            auth_time=found.auth_time,
            amr=found.amr,
        )
        return grant._replace(
            acr=found.acr,
            authorization_details=found.authorization_details,
            **{name: getattr(found, name) for name in ("login_session_id", *StoredBackchannel._fields[11:])},
        )
