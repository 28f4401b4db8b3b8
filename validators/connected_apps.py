"""What one person lets clients do: seen by that person, and taken back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, select, update

from models.backchannel_request import BackchannelRequest
from models.client import ClientRow
from models.consent import Consent
from models.database import Database
from models.device_code import DeviceCode
from models.grant import Grant
from models.login_session import LoginSession
from validators.authorization_details import Detail, stored_details
from validators.clients import is_client_id
from validators.grants import OFFLINE_ACCESS

MOST_SHOWN = 1000


class Permission(NamedTuple):
    """One grant of authorization details (RFC 9396), which is taken back by itself; time in NumericDate."""

    id: bytes
    details: list[Detail]
    granted_at: int


@dataclass(slots=True)
class ConnectedApp:
    """One client that may act for a person, or sign them in without asking.

    Attributes:
        client_id: whose access it is.
        scopes: all that is allowed now, in the order in which it was found.
        resources: where it may be used (RFC 8707), if anywhere in particular.
        last_used_at: the last consent, authorization or refresh, NumericDate.
        permissions: grants that say in particular what they are for, the newest first.
    """

    client_id: str
    scopes: list[str] = field(default_factory=list)
    resources: list[str] = field(default_factory=list)
    last_used_at: int = 0
    permissions: list[Permission] = field(default_factory=list)

    def add(self, scope: str, resource: str, used_at: int) -> None:
        """Count in one consent or grant."""
        self.scopes = list(dict.fromkeys([*self.scopes, *scope.split()]))
        self.resources = list(dict.fromkeys([*self.resources, *resource.split()]))
        self.last_used_at = max(self.last_used_at, used_at)


class ConnectedApps:
    """The clients of a person.

    Args:
        database: where consents and grants are stored.
        clock: NumericDate.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database, clock: Callable[[], int]) -> None:
        self._database = database
        self._now = clock

    def list(self, user_id: str) -> list[ConnectedApp]:
        """Return every client with a remembered consent or a grant that is alive, the last used first."""
        consents = select(Consent.client_id, Consent.scope, Consent.resource, Consent.granted_at).where(
            Consent.user_id == user_id
        )
        used_at = func.max(func.coalesce(Grant.rotated_at, Grant.created_at))
        has_ended = LoginSession.ended_at.is_not(None)
        living = (
            select(Grant.client_id, Grant.scope, Grant.resource, used_at, has_ended)
            .outerjoin(LoginSession, LoginSession.id == Grant.login_session_id)
            .where(*self._living(user_id))
            .group_by(Grant.client_id, Grant.scope, Grant.resource, has_ended)
            .order_by(used_at.desc())
            .limit(MOST_SHOWN)
        )
        detailed = (
            select(
                *(Grant.id, Grant.client_id, Grant.authorization_details, Grant.created_at),
                *(Grant.scope, has_ended),
            )
            .outerjoin(LoginSession, LoginSession.id == Grant.login_session_id)
            .where(*self._living(user_id), Grant.authorization_details.is_not(None))
            .order_by(Grant.created_at.desc())
            .limit(MOST_SHOWN)
        )
        apps: dict[str, ConnectedApp] = {}
        with self._database.reading() as session:
            for client_id, scope, resource, granted_at in session.execute(consents):
                apps.setdefault(client_id, ConnectedApp(client_id)).add(scope, resource, granted_at)
            for client_id, scope, resource, last_used_at, is_over in session.execute(living):
                if not is_over or OFFLINE_ACCESS in scope.split():
                    apps.setdefault(client_id, ConnectedApp(client_id)).add(scope, resource, last_used_at)
            for grant_id, client_id, text, granted_at, scope, is_over in session.execute(detailed):
                if client_id in apps and (not is_over or OFFLINE_ACCESS in scope.split()):
                    permission = Permission(grant_id, stored_details(text) or [], granted_at)
                    apps[client_id].permissions.append(permission)
        return sorted(apps.values(), key=lambda app: (-app.last_used_at, app.client_id))

    def end_permission(self, user_id: str, grant_id: bytes) -> str | None:
        """End one grant of this person; return whose it was, ``None`` when they have no such grant."""
        ended_at = func.coalesce(Grant.revoked_at, self._now())
        ended = (
            update(Grant)
            .where(Grant.id == grant_id, Grant.user_id == user_id)
            .values(revoked_at=ended_at)
            .returning(Grant.client_id)
        )
        with self._database.session() as session:
            return session.scalar(ended)

    def disconnect(self, user_id: str, client_id: str) -> bool:
        """Take back all that a person lets a client do; nothing to take back is no error.

        Grants are revoked with every token they ever gave, the consent is forgotten, and whoever was allowed
        at a device or from afar and has not come for its tokens gets none. False: there is no such client.
        """
        if not is_client_id(client_id):
            return False
        with self._database.session() as session:
            row = session.get(ClientRow, client_id)
            if row is None or row.deleted_at is not None:
                return False
            for waiting in (DeviceCode, BackchannelRequest):
                session.execute(
                    delete(waiting).where(waiting.user_id == user_id, waiting.client_id == client_id)
                )
            session.execute(delete(Consent).where(Consent.user_id == user_id, Consent.client_id == client_id))
            session.execute(
                update(Grant)
                .where(Grant.user_id == user_id, Grant.client_id == client_id, Grant.revoked_at.is_(None))
                .values(revoked_at=self._now())
            )
        return True

    def _living(self, user_id: str) -> tuple[ColumnElement[bool], ...]:
        return Grant.user_id == user_id, Grant.revoked_at.is_(None), Grant.expires_at > self._now()
