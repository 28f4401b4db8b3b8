"""Authorization requests that wait for a person, stored as a pushed one would be (RFC 9126 §2.2)."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from models.authorization_request import AuthorizationRequestRow
from models.database import Database
from validators.secret_digests import SecretDigests, new_secret

URN = "urn:ietf:params:oauth:request_uri:"
REQUEST_ID = "authorization_request"
BROWSER = "browser"


class WaitingRequest(NamedTuple):
    """A stored request, found by its id in the browser that began it."""

    id: str
    client_id: str
    parameters: dict[str, Any]
    login_session_id: bytes | None
    created_at: int
    is_bound: bool

    @property
    def request_uri(self) -> str:
        """Return the reference that continues it at the authorization endpoint."""
        return URN + self.id


class WaitingRequests:
    """Keeps requests while a person signs in or decides.

    Args:
        lifetime_seconds: how long a person may take.
    """

    def __init__(
        self, database: Database, digests: SecretDigests, clock: Callable[[], int], lifetime_seconds: int
    ) -> None:
        self._database = database
        self._digests = digests
        self._now = clock
        self._lifetime_seconds = lifetime_seconds

    def store(
        self,
        parameters: Mapping[str, Any],
        *,
        client_id: str,
        browser: str | None,
        lifetime_seconds: int | None = None,
    ) -> WaitingRequest:
        """Store a request and return it with its new id.

        Args:
            parameters: a JSON object that says all of it.
            client_id: whose request it is.
            browser: the only browser that may go on with it; ``None``: the first that has to wait with it.
            lifetime_seconds: how long it waits for that browser; ``None``: as long as for a person.
        """
        now, request_id = self._now(), new_secret()
        row = AuthorizationRequestRow(
            id_digest=self._digests.digest(REQUEST_ID, request_id),
            client_id=client_id,
            browser_digest=None if browser is None else self._digests.digest(BROWSER, browser),
            parameters=json.dumps(dict(parameters)),
            created_at=now,
            expires_at=now + (lifetime_seconds or self._lifetime_seconds),
        )
        with self._database.session() as session:
            session.add(row)
        return WaitingRequest(request_id, client_id, dict(parameters), None, now, browser is not None)

    def find(self, request_id: str, *, browser: str) -> WaitingRequest | None:
        """Return the request, or ``None`` when it is unknown, over, answered or another browser's."""
        with self._database.reading() as session:
            row = session.get(AuthorizationRequestRow, self._digests.digest(REQUEST_ID, request_id))
        if row is None or row.expires_at <= self._now():
            return None
        is_bound = row.browser_digest is not None
        if is_bound and not self._digests.matches(BROWSER, browser, row.browser_digest):
            return None
        parameters = json.loads(row.parameters)
        return WaitingRequest(
            request_id, row.client_id, parameters, row.login_session_id, row.created_at, is_bound
        )

    def bind(self, waiting: WaitingRequest, *, browser: str) -> None:
        """Give an unbound request to the browser that shows a page for it; the first one wins.

        From now on it waits for the person.
        """
        with self._database.session() as session:
            session.execute(
                update(AuthorizationRequestRow)
                .where(
                    AuthorizationRequestRow.id_digest == self._digests.digest(REQUEST_ID, waiting.id),
                    AuthorizationRequestRow.browser_digest.is_(None),
                )
                .values(
                    browser_digest=self._digests.digest(BROWSER, browser),
                    expires_at=self._now() + self._lifetime_seconds,
                )
            )

    def mark_login(self, session: Session, waiting: WaitingRequest, login_session_id: bytes) -> None:
        """Remember, in the transaction of a sign-in, that it was made for this request."""
        session.execute(
            update(AuthorizationRequestRow)
            .where(AuthorizationRequestRow.id_digest == self._digests.digest(REQUEST_ID, waiting.id))
            .values(login_session_id=login_session_id)
        )

    def take(self, session: Session, waiting: WaitingRequest) -> bool:
        """Remove the request in the transaction that answers it; false when it was answered before."""
        taken = session.execute(
            delete(AuthorizationRequestRow)
            .where(AuthorizationRequestRow.id_digest == self._digests.digest(REQUEST_ID, waiting.id))
            .returning(AuthorizationRequestRow.client_id)
        )
        return taken.first() is not None
