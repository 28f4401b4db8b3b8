"""Client registrations as an operator looks through them: a page at a time, all or by a word."""

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from models.client import ClientRow
from models.database import Database
from validators.clients import is_client_id

ROWS_AT_A_TIME = 500
NOT_ASCII = re.compile("[^\0-\x7f]+")
NAME, REDIRECT_URIS = "client_name", "redirect_uris"


class FoundClient:
    """One registration in a list.

    Attributes:
        client_id: whose.
        metadata: its client metadata (RFC 7591 §2).
        created_at: when it was registered, NumericDate.
        used_at: when a person first let it in; ``None``: nobody has, as far as is known.
        is_dynamic: whether it registered itself (RFC 7591 §3).
    """

    def __init__(self, row: ClientRow) -> None:
        self.client_id = row.client_id
        self.metadata: dict[str, Any] = json.loads(row.client_metadata)
        self.created_at = row.created_at
        self.used_at = row.used_at
        self.is_dynamic = row.registration_access_token_digest is not None

    def has(self, word: str) -> bool:
        """Whether identifier, a name in any language or a redirect URI holds ``word``, in any case."""
        names = [value for name, value in self.metadata.items() if name.partition("#")[0] == NAME]
        texts = (self.client_id, *names, *self.metadata.get(REDIRECT_URIS, ()))
        return any(word.casefold() in text.casefold() for text in texts)


class ClientSearch:
    """Looks through the living registrations, the newest first.

    Args:
        database: where they are stored.

    Raises:
        StoreUnavailable: from every method, when the database cannot be reached.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, client_id: str) -> FoundClient | None:
        """Return one registration; ``None`` when there is no such client."""
        if not is_client_id(client_id):
            return None
        with self._database.reading() as session:
            row = session.get(ClientRow, client_id)
        return None if row is None or row.deleted_at is not None else FoundClient(row)

    def list(self, word: str = "", *, after: str | None = None, limit: int) -> list[FoundClient]:
        """Return at most ``limit`` registrations.

        Args:
            word: what identifier, name or a redirect URI holds; empty: any.
            after: the ``client_id`` that the list goes on after; unknown: it begins.
            limit: how many.
        """
        found: list[FoundClient] = []
        with self._database.reading() as session:
            last = session.get(ClientRow, after) if after is not None and is_client_id(after) else None
            for row in _rows(session, _asked(word), last):
                client = FoundClient(row)
                if client.has(word):
                    found.append(client)
                if len(found) == limit:
                    break
        return found


def _asked(word: str) -> Select[ClientRow]:
    """Return the statement for every row that may hold ``word``: its longest part in ASCII is looked for.

    JSON escapes all other characters, and "é" has another escape than "É".
    """
    living = select(ClientRow).where(ClientRow.deleted_at.is_(None))
    part = max(NOT_ASCII.split(word), key=len)
    if not part:
        return living
    may_hold = (
        ClientRow.client_id.icontains(part, autoescape=True),
        ClientRow.client_metadata.icontains(json.dumps(part)[1:-1], autoescape=True),
    )
    return living.where(or_(*may_hold))


def _rows(session: Session, asked: Select[ClientRow], last: ClientRow | None) -> Iterator[ClientRow]:
    ordered = asked.order_by(ClientRow.created_at.desc(), ClientRow.client_id).limit(ROWS_AT_A_TIME)
    while True:
        rows = session.scalars(ordered if last is None else ordered.where(_is_after(last))).all()
        yield from rows
        if len(rows) < ROWS_AT_A_TIME:
            return
        last = rows[-1]


def _is_after(last: ClientRow) -> Any:
    is_same_second = and_(ClientRow.created_at == last.created_at, ClientRow.client_id > last.client_id)
    return or_(ClientRow.created_at < last.created_at, is_same_second)
