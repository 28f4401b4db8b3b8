"""Registered clients whose choices are weaker than they need to be."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.client import ClientRow
from models.database import Database
from models.grant import Grant
from provider.doctor.findings import Finding, fine, warning
from provider.setting_kinds import is_loopback

TOPIC = "clients"
UNUSED_SECONDS = 180 * 86_400
SHOWN = 5

IMPLICIT = "may be given tokens in the address of a page (implicit, RFC 9700 §2.1.2)"
PASSWORD = "may ask people for their password (RFC 9700 §2.4)"  # noqa: S105 - words about one
PLAIN_HTTP = "have a redirect URI with http, which anybody on the way can read"
UNUSED = "have let nobody in for half a year"

ADVICE = {
    IMPLICIT: "move them to the code flow with PKCE, then take implicit from grant_types",
    PASSWORD: "move them to the code flow, then take password from grant_types",
    PLAIN_HTTP: "move them to https",
    UNUSED: "delete those that nobody needs: flask client delete ID",
}


def examine_clients(database: Database, now: int) -> Iterator[Finding]:
    """Name the clients with weak choices, those of one kind in one line.

    Args:
        database: where they are.
        now: NumericDate.

    Raises:
        StoreUnavailable: it cannot be reached.
    """
    found: defaultdict[str, list[str]] = defaultdict(list)
    count = 0
    columns = (ClientRow.client_id, ClientRow.client_metadata, ClientRow.created_at)
    query = select(*columns).where(ClientRow.deleted_at.is_(None)).order_by(ClientRow.client_id)
    with database.reading() as session:
        in_use = _in_use(session, now - UNUSED_SECONDS)
        for client_id, text, created_at in session.execute(query.execution_options(yield_per=500)):
            count += 1
            metadata = json.loads(text)
            for weakness in weaknesses(metadata):
                found[weakness].append(client_id)
            if _needs_people(metadata) and created_at < now - UNUSED_SECONDS and client_id not in in_use:
                found[UNUSED].append(client_id)
    if not found:
        yield fine(TOPIC, f"{count} registered, none with a weak choice")
    for weakness, client_ids in found.items():
        yield warning(TOPIC, f"{_some(client_ids)} {weakness}", ADVICE[weakness])


def weaknesses(metadata: Mapping[str, Any]) -> Iterator[str]:
    """Say what is weak about a registration."""
    grant_types = metadata.get("grant_types", ())
    if "implicit" in grant_types:
        yield IMPLICIT
    if "password" in grant_types:
        yield PASSWORD
    if any(_is_plain_http(uri) for uri in metadata.get("redirect_uris", ())):
        yield PLAIN_HTTP


def _in_use(session: Session, since: int) -> frozenset[str]:
    recent = select(Grant.client_id).where((Grant.created_at >= since) | (Grant.rotated_at >= since))
    return frozenset(session.scalars(recent.distinct()))


def _needs_people(metadata: Mapping[str, Any]) -> bool:
    return bool(metadata.get("redirect_uris"))


def _is_plain_http(uri: str) -> bool:
    parts = urlsplit(uri)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


def _some(client_ids: list[str]) -> str:
    more = len(client_ids) - SHOWN
    return ", ".join(client_ids[:SHOWN]) + (f" and {more} more" if more > 0 else "")
