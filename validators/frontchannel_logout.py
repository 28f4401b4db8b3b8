"""Pages of clients that a browser loads when its person signs out (Front-Channel Logout §2, §3)."""

import json
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import select

from keys import base64url
from keys.errors import BadSeal
from keys.sealed import Sealer
from models.client import ClientRow
from models.database import Database
from models.grant import Grant

PURPOSE = "frontchannel-logout"
LIFETIME_SECONDS = 600
MEMBER = "frontchannel_logout_uri"


class FrontchannelPage(NamedTuple):
    """What a browser does after a sign-out: load the pages of the clients of a sign-in, then go on."""

    user_id: str
    sid: str
    then: str


class FrontchannelLogout:
    """Finds the clients, and seals what a browser is to do, so that no link can make it load anything else.

    The sign-in is sealed, not its clients: of those there may be more than an address can hold.

    Args:
        database: where grants are stored.
        sealer: of the purpose ``PURPOSE``.
        issuer: told to clients as ``iss``.
        clock: NumericDate.
    """

    def __init__(self, database: Database, sealer: Sealer, issuer: str, clock: Callable[[], int]) -> None:
        self._database = database
        self._sealer = sealer
        self._issuer = issuer
        self._now = clock

    def uris(self, page: FrontchannelPage) -> list[str]:
        """Return the page of every client that got anything in this sign-in, with ``iss``, ``sid`` (§3)."""
        clients = (
            select(ClientRow.client_id, ClientRow.client_metadata)
            .join(Grant, Grant.client_id == ClientRow.client_id)
            .where(
                Grant.user_id == page.user_id,
                Grant.login_session_id == base64url.decode(page.sid),
                ClientRow.deleted_at.is_(None),
                ClientRow.client_metadata.contains(f'"{MEMBER}":', autoescape=True),
            )
            .distinct()
            .order_by(ClientRow.client_id)
        )
        said = urlencode({"iss": self._issuer, "sid": page.sid})
        with self._database.reading() as session:
            documents = [json.loads(metadata) for _, metadata in session.execute(clients)]
        return [_with(document[MEMBER], said) for document in documents if MEMBER in document]

    def seal(self, page: FrontchannelPage) -> str:
        """Return what a browser is to do, for ten minutes, as base64url."""
        return self._sealer.seal_text(json.dumps([self._now() + LIFETIME_SECONDS, *page]).encode())

    def open(self, sealed: str) -> FrontchannelPage | None:
        """Return what was sealed here lately; ``None`` for anything else."""
        try:
            expires_at, *page = json.loads(self._sealer.open_text(sealed))
        except BadSeal:
            return None
        return FrontchannelPage._make(page) if self._now() < expires_at else None


def _with(uri: str, query: str) -> str:
    joint = "" if uri.endswith(("?", "&")) else "&" if "?" in uri else "?"
    return f"{uri}{joint}{query}"
