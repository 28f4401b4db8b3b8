"""GET /admin/events: what happened, as far as it concerns security."""

import json
from datetime import MAXYEAR, UTC, datetime, timedelta

from flask import Blueprint
from flask_babel import gettext

from provider.admin.listing import ROWS, asked, pages
from provider.admin.names import names_of, person_of
from provider.admin.operator import page
from provider.moments import moment
from provider.wiring import services
from validators.audit_directory import AuditDirectory
from validators.audit_trail import AuditRecord

FILTERS = ("event", "person", "client_id", "since", "until")

Found = list[tuple[int, AuditRecord]]

blueprint = Blueprint("events", __name__)


@blueprint.get("/admin/events")
def events() -> str:
    """List events, the newest first; all, or those that are asked for."""
    typed = {name: asked(name) for name in FILTERS}
    found, problem = _found(typed)
    shown, more = pages(found, ".events", lambda each: each[0], **typed)
    names = names_of(event.user_id for _, event in shown)
    listed = [_shown(number, event, names) for number, event in shown]
    return page("events", "events", typed=typed, events=listed, more=more, error=problem)


def _found(typed: dict[str, str]) -> tuple[Found, str | None]:
    """Return the events asked for, or what is wrong with what was asked."""
    try:
        since, until = _day(typed["since"]), _day(typed["until"])
    except ValueError:
        return [], gettext("A day is written as in 2027-01-31.")
    user_id = None
    if typed["person"]:
        user = services().people.find(typed["person"])
        user_id = user.id if user else typed["person"]  # who is gone is still known by their sub
    after = asked("after")
    return AuditDirectory(services().database, services().digests).before(
        int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None,
        event=typed["event"] or None,
        user_id=user_id,
        client_id=typed["client_id"] or None,
        since=int(since.timestamp()) if since else None,
        until=int((until + timedelta(days=1)).timestamp()) if until else None,
        limit=ROWS + 1,
    ), None


def _day(text: str) -> datetime | None:
    """Return the beginning of a day, in UTC.

    Raises:
        ValueError: it is none.
    """
    day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) if text else None
    if day is not None and day.year == MAXYEAR:
        raise ValueError(text)
    return day


def _shown(number: int, event: AuditRecord, names: dict[str, str]) -> dict[str, object]:
    return {
        "id": number,
        "event": event.event,
        "when": moment(event.occurred_at, services().clock()),
        "person": person_of(event.user_id, names),
        "client_id": event.client_id,
        "address": event.address,
        "details": list(json.loads(event.details).items()),
    }
